import type { Connection, Publication } from "../api/types";
import { useMe } from "../session/Session";
import { ACCESS } from "../strings/access";
import { PLATFORMS } from "../strings/platforms";
import { POST } from "../strings/post";
import { Button, ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { State } from "../ui/State";
import { checkPage } from "./checkPage";

type Checked = {
  publication: Publication;
  connection: Connection | undefined;
  publications: readonly Publication[];
};

/** The steps about a publication that is unknown: to check the account, and to say what is there. */
export function UnknownSteps({
  isPending,
  wait,
  onThere,
  onNotThere,
  ...checked
}: Checked & {
  isPending: boolean;
  /** The pauses that would hold the post if it was published again, in words, or `null`. */
  wait: string | null;
  onThere: () => void;
  onNotThere: () => void;
}) {
  const canWrite = useMe().scopes.includes("write");
  return (
    <div className="row">
      <CheckLink {...checked} />
      {canWrite && (
        <>
          <Button isDisabled={isPending} onPress={onThere}>
            <Icon name="check" />
            {POST.there}
          </Button>
          <Button isDisabled={isPending} onPress={onNotThere}>
            <Icon name="retry" />
            {POST.notThere}
          </Button>
          {wait && <State face="held">{wait}</State>}
        </>
      )}
    </div>
  );
}

/** The link to the page where a person can check whether the post was published. */
function CheckLink({ publication, connection, publications }: Checked) {
  const { platform } = publication;
  const page = checkPage(publication, connection, publications, PLATFORMS[platform].homeUrl);
  if (!page) return null;
  const labels = {
    account: connection ? ACCESS.openAccount(connection) : "",
    part: POST.seeOther(platform),
    platform: POST.openPlatform(platform),
  };
  return (
    <ButtonLink href={page.address} target="_blank" rel="noreferrer">
      <Icon name="open" />
      {labels[page.kind]}
    </ButtonLink>
  );
}
