import sharp from 'sharp';
import { type Picture, readPicture, SOURCE_HEIGHT, SOURCE_WIDTH } from './picture.ts';

/** A decoded picture as the checks see it. Rejects for what is no picture. */
export async function lookAt(jpeg: Uint8Array): Promise<Picture> {
  const rgb = await sharp(jpeg, { failOn: 'none' })
    .resize(SOURCE_WIDTH, SOURCE_HEIGHT, { fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  return readPicture(rgb);
}
