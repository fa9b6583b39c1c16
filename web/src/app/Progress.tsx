import { Progress as Bar } from "@mantine/core";
import { useIsFetching, useIsMutating } from "@tanstack/react-query";
import { useEffect, useState } from "react";

const SOON = 500; // milliseconds in which nobody wonders

/** Says that something is on its way, once it takes longer than one would expect. */
export function Progress() {
  const isBusy = useIsFetching() + useIsMutating() > 0;
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    if (!isBusy) return setLong(false);
    const timer = setTimeout(() => setLong(true), SOON);
    return () => clearTimeout(timer);
  }, [isBusy]);
  if (!isLong) return null;
  return (
    <Bar.Root className="working" size={3} radius={0}>
      <Bar.Section value={100} striped animated aria-label="Working" />
    </Bar.Root>
  );
}
