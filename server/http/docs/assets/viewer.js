// SPDX-License-Identifier: Apache-2.0
// Runs in the page: Swagger UI on this gateway's own document, signed in through the form above it.
/* global SwaggerUIBundle */
(async () => {
  // Problems name their refusal as /docs#CODE.
  if (/^#(?:[A-Z0-9_]+|rule-[A-Z0-9-]+)$/.test(location.hash)) location.replace(`/docs/refusals${location.hash}`);

  const spec = await (await fetch('/openapi.json')).json();
  const operations = Object.values(spec.paths).flatMap((path) => Object.values(path));
  const parameters = operations.flatMap((operation) => operation.parameters ?? []);
  const keys = parameters.filter(({ name }) => name === 'Idempotency-Key');
  const keyExample = keys[0]?.schema.example;
  for (const key of keys) key.description += ' Left as it is, this page sends a new one each time.';
  // Swagger UI fills every parameter with its example: of an optional one that is a question nobody asked.
  for (const parameter of parameters.filter(({ required }) => !required)) {
    const { example, ...schema } = resolved(parameter.schema);
    parameter.schema = { ...schema, ...(example === undefined ? {} : { description: `For example ${example}` }) };
  }

  const viewer = SwaggerUIBundle({
    spec,
    domNode: document.getElementById('viewer'),
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    validatorUrl: null,
    plugins: [wordSearch],
    requestInterceptor(request) {
      // Every intent needs a key of its own; whoever wants to repeat one writes the key down.
      if (request.headers['Idempotency-Key'] === keyExample) request.headers['Idempotency-Key'] = crypto.randomUUID();
      return request;
    },
    responseInterceptor(response) {
      if (response.ok && response.url.endsWith('/v1/sessions')) signedIn(response.body, 'you');
      return response;
    },
  });
  const form = document.getElementById('sign-in');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { username, password } = Object.fromEntries(new FormData(form));
    const answer = await fetch('/v1/sessions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const body = await answer.json();
    if (!answer.ok) return say(body.detail);
    form.elements.password.value = '';
    signedIn(body, username);
  });

  /** The token is kept in this page's memory only: a reload signs out. */
  function signedIn({ token, expiresAt }, name) {
    viewer.preauthorizeApiKey('bearer', token);
    say(`Signed in as ${name} until ${new Date(expiresAt).toLocaleString()}.`);
  }

  function say(sentence) {
    document.getElementById('signed-in').textContent = sentence;
  }

  function resolved(schema) {
    return schema.$ref === undefined ? schema : spec.components.schemas[schema.$ref.split('/').at(-1)];
  }

  /** Swagger UI searches the names of tags; this finds the operations in which every word begins some word. */
  function wordSearch({ React }) {
    return {
      fn: {
        opsFilter(groups, phrase) {
          const words = wordsOf(phrase);
          return groups
            .map((group, tag) =>
              group.update('operations', (list) =>
                list.filter((entry) => {
                  const text = textOf(tag, entry);
                  return words.every((word) => text.includes(` ${word}`));
                }),
              ),
            )
            .filter((group) => group.get('operations').size > 0);
        },
      },
      wrapComponents: {
        operations: (Operations, system) => (props) =>
          system.specSelectors.taggedOperations().size > 0
            ? React.createElement(Operations, props)
            : React.createElement('h3', {}, 'No operation has all these words.'),
      },
      components: {
        FilterContainer({ layoutActions, layoutSelectors }) {
          const phrase = layoutSelectors.currentFilter();
          return React.createElement('input', {
            className: 'operation-filter-input',
            type: 'search',
            placeholder: 'Search by words, e.g. transfer note',
            'aria-label': 'Search the operations',
            value: typeof phrase === 'string' ? phrase : '',
            onChange: (event) => layoutActions.updateFilter(event.target.value),
          });
        },
      },
    };
  }

  function textOf(tag, entry) {
    const operation = entry.get('operation').toJS();
    // The last two paragraphs say who may call it, and whether it goes to the ledger: of nearly every operation the same.
    const description = (operation.description ?? '').split('\n\n').slice(0, -2);
    const names = (operation.parameters ?? []).map(({ name }) => name);
    const parts = [entry.get('method'), entry.get('path'), operation.summary, ...description, ...names];
    return ` ${wordsOf([tag, ...parts, ...(operation['x-refusals'] ?? [])].join(' ')).join(' ')}`;
  }

  function wordsOf(text) {
    return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  }
})();
