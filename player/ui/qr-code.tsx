import { useQuery } from '@tanstack/react-query';
import QRCode from 'qrcode';

/** `text` for a phone's camera; nothing until it is drawn. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data } = useQuery({
    queryKey: ['qr-code', text],
    queryFn: () => QRCode.toDataURL(text, { width: 192, margin: 2 }),
    staleTime: Number.POSITIVE_INFINITY,
    // Often a secret.
    gcTime: 0,
  });
  return data === undefined ? null : <img src={data} width={192} height={192} alt={label} />;
}
