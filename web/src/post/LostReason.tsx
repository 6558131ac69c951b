import type { Destination } from "../api/destinations";
import { useZone } from "../time/zone";
import { shortLostSentence } from "../ui/LostAccess";

/** Why a post of a list will fail: the accounts without access. */
export function LostReason({ lost }: { lost: readonly Destination[] }) {
  const { zone } = useZone();
  return lost.map((connection) => (
    <p key={connection.id} className="small soft" dir="auto">
      {shortLostSentence(connection, zone)}
    </p>
  ));
}
