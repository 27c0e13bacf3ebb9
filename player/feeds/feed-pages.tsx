export default function FeedPages() {
  return null;
}
