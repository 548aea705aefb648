// Asks a service with the stock JavaScript client, in each of its ways, and prints what it got as one JSON object.
// node ask.mjs BASE_URL QUESTION
import OpenAI from "openai";

const [baseURL, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "any", maxRetries: 0 });
const model = "news-archive";
const chat = { model, messages: [{ role: "user", content: question }] };

const events = [];
const responses = client.responses.stream({ model, input: question });
responses.on("event", (event) => events.push(event.type));

let missing;
try {
  await client.chat.completions.create({ ...chat, model: "gpt-5" });
} catch (error) {
  missing = { name: error.constructor.name, status: error.status, code: error.code, param: error.param };
}

const told = {
  models: (await client.models.list()).data.map(({ id }) => id),
  chat: (await client.chat.completions.create(chat)).choices[0].message,
  streamedChat: (await client.chat.completions.stream(chat).finalChatCompletion()).choices[0].message,
  response: (await client.responses.create({ model, input: question })).output[0].content,
  streamedResponse: (await responses.finalResponse()).output[0].content,
  events,
  missing,
};
console.log(JSON.stringify(told));
