import { expect, it } from 'vitest';
import { modelNameSchema } from '#contracts/models';
import { modelNameOf } from './model-name.ts';

it('makes a name that the server takes of whatever a file is called', () => {
  expect(modelNameOf('yolox_nano.onnx')).toBe('yolox_nano');
  expect(modelNameOf('Mô hình Đường phố (2).ONNX')).toBe('Mo-hinh-Duong-pho-2-');
  for (const name of ['.onnx', '../../etc/passwd', '-x.onnx', 'a.json.onnx', `${'x'.repeat(200)}.onnx`, '模型.onnx']) {
    expect(modelNameSchema.safeParse(modelNameOf(name)).success).toBe(true);
  }
});
