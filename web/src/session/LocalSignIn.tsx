import { useState } from "react";
import { Form } from "react-aria-components";
import { SESSION } from "../strings/session";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import styles from "./LocalSignIn.module.css";
import { LOCAL_USERS, type LocalUser, rememberLocalUser } from "./localUser";
import { Stage } from "./Stage";

/** The choice of a user on the local stack, which has no passwords. */
export function LocalSignIn({ onChoose }: { onChoose: (user: LocalUser) => void }) {
  const [name, setName] = useState("");
  const choose = (user: LocalUser) => {
    rememberLocalUser(user);
    onChoose(user);
  };
  return (
    <Stage title={SESSION.chooseUser}>
      <p className="soft">{SESSION.localStack}</p>
      <ul className={styles.users}>
        {LOCAL_USERS.map((user) => (
          <li key={user.userId}>
            <Button onPress={() => choose(user)} className={styles.user}>
              <bdi>{user.userId}</bdi>
              <span className="faint small push">{SESSION.can[user.roles]}</span>
            </Button>
          </li>
        ))}
      </ul>
      <Form
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) choose({ userId: name.trim(), ownerId: name.trim(), roles: "" });
        }}
      >
        <TextField
          label={SESSION.otherUser}
          hint={SESSION.otherUserHint}
          value={name}
          onChange={setName}
          maxLength={200}
        />
        <Button type="submit" isDisabled={!name.trim()}>
          {SESSION.signIn}
        </Button>
      </Form>
    </Stage>
  );
}
