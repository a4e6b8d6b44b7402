document.title = 'framed';
