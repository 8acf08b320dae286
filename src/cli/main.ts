/** The command line: `keelson up | apiserver | kubeconfig | snapshot | check | version`. */
import { Command, CommanderError, Option } from 'commander';
import { KUBERNETES_VERSION, VERSION } from '../endpoints/version.ts';
import { OperatorError } from '../server/config.ts';
import { APISERVER_DEFAULTS, configOf, type Flag, SERVER_FLAGS, UP_DEFAULTS } from './flags.ts';

/** Runs one command line; sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv.flatMap(splitShort), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof OperatorError) {
      process.stderr.write(`keelson: ${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

function program(): Command {
  const root = new Command('keelson')
    .description('The Kubernetes API server: the v1.36 API over an embedded durable store.')
    .exitOverride()
    .showHelpAfterError('(keelson COMMAND --help lists the flags)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'keelson: ')) });
  root.addCommand(
    serverCommand('up', 'run the API server with its control loops and leave an admin kubeconfig', UP_DEFAULTS),
  );
  root.addCommand(serverCommand('apiserver', 'run the API server alone', APISERVER_DEFAULTS));
  root.addCommand(kubeconfigCommand());
  root.addCommand(snapshotCommand());
  root.addCommand(
    new Command('check')
      .description('verify the store of a stopped server, every page and record')
      .argument('<dir>', 'data directory')
      .action(async (dir: string) => (await import('./snapshot.ts')).check(dir)),
  );
  root.addCommand(
    new Command('version').description('print the versions').action(() => {
      process.stdout.write(`keelson ${VERSION} (Kubernetes ${KUBERNETES_VERSION}, Node.js ${process.version})\n`);
    }),
  );
  for (const command of root.commands) inherit(command, root);
  return root;
}

/** Sub-commands answer errors as the root does. */
function inherit(command: Command, root: Command): void {
  command.copyInheritedSettings(root);
  command.exitOverride();
  for (const child of command.commands) inherit(child, root);
}

function serverCommand(name: string, description: string, defaults: typeof UP_DEFAULTS): Command {
  const command = new Command(name).description(description).allowExcessArguments(false);
  const given = new Map<string, string[]>();
  for (const flag of SERVER_FLAGS) command.addOption(optionOf(flag, given));
  return command.action(async () => {
    const { run } = await import('./run.ts');
    await run(configOf(defaults, given));
  });
}

function optionOf(flag: Flag, given: Map<string, string[]>): Option {
  const dashes = flag.short === '' ? '' : `-${flag.short}, `;
  const value = flag.value === '' ? '[bool]' : `<${flag.value}>`;
  const option = new Option(`${dashes}--${flag.name} ${value}`, `${flag.help} (default: ${flag.shown})`);
  return option.argParser((text: string | true) => {
    const text_ = text === true ? 'true' : text;
    given.set(flag.name, flag.repeatable ? [...(given.get(flag.name) ?? []), text_] : [text_]);
    return text_;
  });
}

function kubeconfigCommand(): Command {
  return new Command('kubeconfig')
    .description('print a kubeconfig with a new client certificate')
    .option('--data-dir <DIR>', 'data directory of the server', '.keelson')
    .option('--server <URL>', 'URL of the server', 'https://127.0.0.1:6443')
    .option('--user <USER>', 'user name (the certificate CN)', 'admin')
    .option(
      '--group <GROUP>',
      'group (O of the certificate); repeatable',
      (group: string, groups: string[]) => [...groups, group],
      [],
    )
    .action(async (options: { dataDir: string; server: string; user: string; group: string[] }) => {
      const { printKubeconfig } = await import('./kubeconfig.ts');
      await printKubeconfig(options);
    });
}

function snapshotCommand(): Command {
  const snapshot = new Command('snapshot').description('back up a data directory, also while the server runs');
  const dataDir = ['--data-dir <DIR>', 'data directory', '.keelson'] as const;
  snapshot
    .command('save <file>')
    .description('write a consistent copy to a file')
    .option(...dataDir)
    .action(async (file: string, options: { dataDir: string }) =>
      (await import('./snapshot.ts')).save(file, options.dataDir),
    );
  snapshot
    .command('restore <file>')
    .description('make an empty data directory from a snapshot')
    .option(...dataDir)
    .action(async (file: string, options: { dataDir: string }) =>
      (await import('./snapshot.ts')).restore(file, options.dataDir),
    );
  snapshot
    .command('status <file>')
    .description('show revision, keys and size of a snapshot')
    .action(async (file: string) => (await import('./snapshot.ts')).status(file));
  return snapshot;
}

/** `-v=6`, as Go writes it: commander would read `=6` as the value. */
function splitShort(argument: string): string[] {
  return /^-[a-z]=/.test(argument) ? [argument.slice(0, 2), argument.slice(3)] : [argument];
}
