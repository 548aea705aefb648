"""The two indexes over the catalogue's passages. Derived: what they hold can always be built again from it."""
