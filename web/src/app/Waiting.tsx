import { Center, Loader } from "@mantine/core";

/** Stands where something is on its way. */
export function Waiting() {
  return (
    <Center py="xl">
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
