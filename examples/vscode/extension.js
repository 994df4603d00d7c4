// Starts the language server and shows what it says. All that is known of rules is in the server.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

async function start() {
  const settings = vscode.workspace.getConfiguration("sanctionsRules");
  const [command, ...args] = settings.get("command");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const server = { command, args, transport: TransportKind.stdio, options: { cwd: folder } };
  client = new LanguageClient("sanctionsRules", "Sanctions rules", server, {
    documentSelector: [{ scheme: "file", language: "sanctions-rules" }],
    initializationOptions: {
      with: settings.get("with"), scenarios: settings.get("scenarios"), lint: settings.get("lint"),
    },
    synchronize: { configurationSection: "sanctionsRules" },
  });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(
      `The language server did not start (${command}): ${error.message}. ` +
        "Install it with: pip install 'sanctions-rules[cli,lsp]'",
    );
  }
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("sanctions-rules.restart", async () => {
      await deactivate();
      await start();
    }),
  );
  await start();
}

async function deactivate() {
  const running = client;
  client = undefined;
  if (running?.isRunning()) await running.stop();
}

module.exports = { activate, deactivate };
