import { showNotification } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useErrorWords } from './error-words.ts';

/**
 * A change that the person asked for: runs it, says that it worked (`done`) or why it did not. Forms that show the
 * error themselves use `useMutation`.
 */
export function useAction<Input, Output>(options: {
  readonly run: (input: Input) => Promise<Output>;
  readonly done?: string | undefined;
  readonly after?: (output: Output, input: Input) => void | Promise<void>;
}) {
  const words = useErrorWords();
  return useMutation<Output, Error, Input>({
    mutationFn: options.run,
    async onSuccess(output, input) {
      if (options.done !== undefined) showNotification({ message: options.done });
      await options.after?.(output, input);
    },
    onError(error) {
      const { what, means, todo } = words(error);
      showNotification({ color: 'red', title: what, message: `${means} ${todo}`, autoClose: 12_000, role: 'alert' });
    },
  });
}
