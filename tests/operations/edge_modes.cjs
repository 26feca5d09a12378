// Runs the function of an edge as CloudFront does, with a store and a clock of the test's: reads cases, writes answers.
const crypto = require('crypto');
const { readFileSync } = require('fs');

const program = readFileSync(process.argv[2], 'utf8').replace(/^import .*$/gm, '');
const names = ['cf', 'crypto', 'Date', 'console', 'SETTINGS'];
let row;
const get = async (name) => {
    if (row.store[name] === undefined) throw new Error(`KeyNotFound ${name}`);
    return row.store[name];
};
const given = [{ kvs: () => ({ get }) }, crypto, { now: () => row.now * 1000 }, { log: () => undefined }];
const handlers = {};

async function main() {
    const answers = [];
    for (row of JSON.parse(readFileSync(0, 'utf8'))) {
        const settings = JSON.stringify(row.settings);
        handlers[settings] ??= new Function(...names, `${program}\nreturn handler;`)(...given, row.settings);
        const request = { ...row.request, rawQueryString: () => row.query };
        const answer = await handlers[settings]({ request, viewer: { ip: row.address } });
        answers.push(answer === request ? { passes: true, cookies: request.cookies } : answer);
    }
    process.stdout.write(JSON.stringify(answers));
}

main();
