// Runs what an edge runs, as its vendor does, with a store and a clock of the test's: reads cases, writes answers.
const crypto = require('crypto');
const { readFileSync } = require('fs');

const [, , vendor, ...files] = process.argv;
const program = files.map((file) => readFileSync(file, 'utf8')).join('\n').replace(/^import .*$/gm, '');
const usual = { crypto, Date: { now: () => row.now * 1000 }, console: { log: () => undefined } };
let row;

const vendors = {
    cloudfront: {
        given: { cf: { kvs: () => ({ get: stored }) } },
        program: `${program}\nreturn handler;`,
        async ask(handler) {
            const request = { ...row.request, rawQueryString: () => row.query };
            const answer = await handler({ request, viewer: { ip: row.address } });
            return answer === request ? { passes: true, cookies: request.cookies } : answer;
        },
    },
    cloudflare: {
        given: { fetch: async (request) => ({ request }) },
        program: program.replace('export default', 'return'),
        async ask(worker) {
            const { request, store } = row;
            const headers = Object.entries(request.headers).map(([name, { value }]) => [name, value]);
            const cookies = Object.entries(request.cookies).map(([name, { value }]) => `${name}=${value}`);
            headers.push(['cf-connecting-ip', row.address], ...(cookies.length ? [['cookie', cookies.join('; ')]] : []));
            const url = `https://${request.headers.host.value}${request.uri}${row.query ? `?${row.query}` : ''}`;
            const body = row.body;
            const asked = new Request(url, { method: request.method, headers, ...(body ? { body, duplex: 'half' } : {}) });
            const answer = await worker.fetch(asked, { KEY: store.key, STORE: { get: async (name) => stored(name) } });
            return answer.request ? passed(answer.request) : told(answer);
        },
    },
};

function stored(name) {
    if (row.store[name] === undefined) throw new Error(`KeyNotFound ${name}`);
    return row.store[name];
}

async function passed(request) {
    const parts = (request.headers.get('cookie') || '').split('; ').filter((part) => part);
    const cookies = Object.fromEntries(parts.map((part) => part.split('=')).map(([name, value]) => [name, { value }]));
    const body = await request.text();
    return { passes: true, cookies, ...(body ? { method: request.method, body } : {}) };
}

async function told(response) {
    const headers = Object.fromEntries([...response.headers].map(([name, value]) => [name, { value }]));
    const cookies = response.headers.getSetCookie().map((text) => {
        const [pair, ...attributes] = text.split('; ');
        const [name, value] = pair.split('=');
        return [name, { value, attributes: attributes.join('; ') }];
    });
    const body = { data: await response.text() };
    return { statusCode: response.status, headers, cookies: Object.fromEntries(cookies), body };
}

async function main() {
    const { given, program, ask } = vendors[vendor];
    const all = { ...usual, ...given };
    const made = {};
    const answers = [];
    for (row of JSON.parse(readFileSync(0, 'utf8'))) {
        const settings = JSON.stringify(row.settings);
        made[settings] ??= new Function(...Object.keys(all), 'SETTINGS', program)(...Object.values(all), row.settings);
        answers.push(await ask(made[settings]));
    }
    process.stdout.write(JSON.stringify(answers));
}

main();
