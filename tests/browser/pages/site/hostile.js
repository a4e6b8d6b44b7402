// Looks what of hostile.html came to pass, tries the rest, and reports.
async function main() {
    const results = {};
    const done = (what, happened) => { results[what] = happened ? 'done' : 'refused'; };
    const attempt = async (what, work) => {
        try {
            done(what, await work());
        } catch (error) {
            done(what, false);
        }
    };
    const loaded = element => new Promise(resolve => {
        element.onload = () => resolve(true);
        element.onerror = () => resolve(false);
        document.body.appendChild(element);
    });
    await new Promise(resolve => window.addEventListener('load', resolve));
    done('inline script', window.inlineScript === true);
    done('inline handler', window.inlineHandler === true);
    done('foreign script', window.foreignScript === true);
    done('data script', window.dataScript === true);
    await attempt('eval', () => (0, eval)('2 + 2') === 4);
    await attempt('new Function', () => new Function('return 4')() === 4);
    await attempt('foreign fetch', async () => (await fetch('https://attacker.example.net/stolen', { mode: 'no-cors' })).type === 'opaque');
    await attempt('foreign picture', () => {
        const image = new Image();
        image.src = 'https://attacker.example.net/stolen.png';
        return loaded(image);
    });
    // A refused frame loads an error page, which looks the same from here: the server knows whether it was asked.
    const frame = document.createElement('iframe');
    frame.src = 'https://attacker.example.net/frame.html';
    await loaded(frame);
    await fetch('/report', { method: 'POST', body: JSON.stringify(results) });
}

main();
