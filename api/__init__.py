"""The service: FastAPI over the engine. It translates between HTTP and ``qa``, and decides nothing else."""
