export default () => 'canvaskit';
