// Starts GraphiQL on our own address; the session cookie says who asks.
"use strict";
const fetcher = GraphiQL.createFetcher({
  url: document.body.dataset.endpoint,
  headers: { Accept: "application/graphql-response+json" },
});
const root = ReactDOM.createRoot(document.getElementById("graphiql"));
root.render(React.createElement(GraphiQL, { fetcher, defaultEditorToolsVisibility: true }));
