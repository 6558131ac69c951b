import { Fragment } from "react";
import { type ConnectionProblem, lacksPermission } from "../api/analytics";
import { ANALYTICS } from "../strings/analytics";
import { CONNECTIONS } from "../strings/connections";
import { momentOf } from "../time/format";
import { useZone } from "../time/zone";
import styles from "./Connections.module.css";

/** The metrics of an account that cannot be read although posts are published there, with the reasons. */
export function MetricProblems({ problems }: { problems: readonly ConnectionProblem[] }) {
  const { zone } = useZone();
  return problems.map(({ subject, code, reason, since }) => {
    const isOfAccount = subject === "account";
    const time = momentOf(since, zone);
    if (lacksPermission({ code })) {
      return (
        <span key={subject} className={`small is-caution ${styles.caution}`}>
          {isOfAccount ? CONNECTIONS.followersRefused : CONNECTIONS.metricsRefused}
        </span>
      );
    }
    return (
      <Fragment key={subject}>
        <span className={`small is-caution ${styles.caution}`}>
          {isOfAccount ? ANALYTICS.followersSince(time) : ANALYTICS.metricsSince(time)}
        </span>
        <span className="small soft" dir="auto">
          {reason}
        </span>
      </Fragment>
    );
  });
}
