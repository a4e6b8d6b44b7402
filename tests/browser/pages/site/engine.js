// Does what Flutter's engine does when a page starts (flutter.js, canvaskit.js, skwasm.js, text editing), and reports each.
async function main() {
    const results = {};
    const attempt = async (what, work) => {
        try {
            results[what] = (await work()) ? 'ok' : 'refused';
        } catch (error) {
            results[what] = 'refused';
        }
    };
    // CanvasKit and skwasm are modules that flutter.js imports, with a binary beside them that is compiled while it is loaded.
    await attempt('engine script', async () => (await import('./canvaskit.js')).default() === 'canvaskit');
    await attempt('engine streamed', async () => (await WebAssembly.compileStreaming(fetch('canvaskit.wasm'))) instanceof WebAssembly.Module);
    await attempt('engine compiled', async () => {
        const bytes = await (await fetch('canvaskit.wasm')).arrayBuffer();
        return (await WebAssembly.instantiate(bytes)).instance instanceof WebAssembly.Instance;
    });
    // Text editing and platform views.
    await attempt('inline style', () => {
        const view = document.createElement('div');
        view.setAttribute('style', 'width: 77px');
        document.body.appendChild(view);
        return view.getBoundingClientRect().width === 77;
    });
    await attempt('style attribute', () => document.getElementById('attribute').getBoundingClientRect().width === 123);
    await attempt('style element', () => {
        const style = document.createElement('style');
        style.textContent = '#attribute { height: 45px }';
        document.head.appendChild(style);
        return document.getElementById('attribute').getBoundingClientRect().height === 45;
    });
    await attempt('API by CORS', async () => {
        const answer = await fetch('https://api.careconnect.example.com/api/patients', { headers: { Authorization: 'Bearer x' } });
        return (await answer.json()).patients === 1;
    });
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const bytes = Uint8Array.from(atob(dot), c => c.charCodeAt(0));
    const picture = source => new Promise(resolve => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth === 1);
        image.onerror = () => resolve(false);
        image.src = source;
    });
    await attempt('picture in memory', () => picture(URL.createObjectURL(new Blob([bytes], { type: 'image/png' }))));
    await attempt('picture as data', () => picture('data:image/png;base64,' + dot));
    // skwasm's render worker imports the engine's script from the site.
    await attempt('worker from memory', () => new Promise(resolve => {
        const url = new URL('canvaskit.js', document.baseURI).href;
        const code = `import(${JSON.stringify(url)}).then(m => postMessage(m.default()), e => postMessage('refused'))`;
        const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
        worker.onmessage = message => resolve(message.data === 'canvaskit');
        worker.onerror = () => resolve(false);
    }));
    // A picked file is read by fetching its URL.
    await attempt('file in memory', async () => (await (await fetch(URL.createObjectURL(new Blob(['file'])))).text()) === 'file');
    await attempt('eval', () => (0, eval)('1 + 1') === 2);
    await fetch('/report', { method: 'POST', body: JSON.stringify(results) });
}

main();
