import { Fragment } from "react";

/** The handle of an account. It may wrap before `@`, `.` and `_`, so that a narrow line does not break it inside a word. */
export function Handle({ children, className }: { children: string; className?: string }) {
  return (
    <bdi className={className}>
      {children.split(/(?=[@._])/).map((part, position) => (
        <Fragment key={position}>
          {position > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  );
}
