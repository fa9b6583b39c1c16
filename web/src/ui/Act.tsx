import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import type { ComponentPropsWithoutRef } from "react";

type Props = ButtonProps &
  Omit<ComponentPropsWithoutRef<"button">, keyof ButtonProps> & {
    /** Why one may not use it; null where one may. */
    reason: string | null;
  };

/** A button that says why it cannot be used, to whoever points at it, reaches it by keyboard, or hears it read. */
export function Act({ reason, onClick, ...rest }: Props) {
  if (reason === null) return <Button onClick={onClick} {...rest} />;
  return (
    <Tooltip label={reason} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        type="button"
        data-disabled
        aria-disabled
        aria-description={reason}
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
