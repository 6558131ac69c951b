/** The texts of the sign-in. */
export const SESSION = {
  chooseUser: "Who are you?",
  localStack: "The local stack has no passwords. Choose a user, or enter another name.",
  can: {
    "": "writes posts",
    approver: "approves posts",
    operator: "runs the queue",
    admin: "may do everything",
    viewer: "only reads",
  } as Record<string, string>,
  otherUser: "Another user",
  otherUserHint: "A new name begins with an empty calendar.",
  notOpened: "The planner cannot be opened",
  notSignedIn: "You are not signed in",
  signIn: "Sign in",
  signingIn: "Signing in",
  refused: (reason: string) => `The sign-in was refused: ${reason}`,
  issuerUnreachable: "The sign-in page cannot be reached. Check your internet connection, then try again.",
} as const;
