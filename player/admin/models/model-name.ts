/** What a model is called on the server, from the name of a file on the person's own machine. */
export function modelNameOf(fileName: string): string {
  const name = fileName
    .replace(/\.onnx$/i, '')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 80)
    .replace(/\.(onnx|json|part)$/i, '');
  return name === '' ? 'model' : name;
}
