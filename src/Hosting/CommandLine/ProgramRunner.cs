using System.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.CommandLine;

/// <summary>Starts a program: reads its command line, and turns what an administrator can put right into a message.</summary>
public sealed class ProgramRunner
{
    /// <summary>The option that lets root run what another user may write.</summary>
    internal const string TrustOption = "--trust-writable-files";

    // All but --check are of the program's commands too.
    private readonly Option<string> _configFile = new("--config-file", "-c")
    {
        Description = "The configuration file.",
        DefaultValueFactory = _ => ConfigurationLoader.DefaultFile,
        Recursive = true,
    };

    private readonly Option<bool> _debug = new("--debug", "-d") { Description = "Log everything. Overrides the configuration.", Recursive = true };

    private readonly Option<string?> _user = new("--user", "-u")
    {
        Description = "The user of the API and of fetches. Overrides the configuration.",
        Recursive = true,
    };

    private readonly Option<bool> _trust = new(TrustOption)
    {
        Description = "As root, also run a program whose files, configuration or state another user may write: a developer's checkout.",
        Recursive = true,
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Only say whether the program could start and work, by the configuration, the machine, the broker and wazo-auth.",
    };

    private readonly Option<bool> _standalone = new("--standalone") { Description = "Do without a broker, whatever the configuration says." };

    private readonly Option<string?> _roles;
    private readonly ProgramDescription _program;

    private ProgramRunner(ProgramDescription program)
    {
        _program = program;
        _roles = new Option<string?>("--roles") { Description = $"What this process does, of {string.Join(",", program.Roles)}; all by default." };
        _roles.Validators.Add(result =>
        {
            foreach (var role in Split(result.GetValueOrDefault<string?>()).Except(program.Roles))
                result.AddError($"--roles: there is no role '{role}'; the roles are {string.Join(", ", program.Roles)}");
        });
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code: 0 after an orderly stop, 1 for a bad command line, 2 for a configuration that does not do, or an address in use.</returns>
    public static Task<int> RunAsync(ProgramDescription program, string[] arguments)
    {
        LibC.UseUsualUmask();
        // Ctrl+C and SIGTERM are the host's.
        return new ProgramRunner(program).Command().Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private RootCommand Command()
    {
        var command = new RootCommand(_program.Text) { _configFile, _debug, _user, _trust, _check };
        if (_program.Roles.Count > 0)
            command.Add(_roles);
        if (_program.CanStandAlone)
            command.Add(_standalone);
        if (_program.SetUp is { } setUp)
            command.Add(SetupCommand(setUp));
        command.SetAction((parsed, _) => TryAsync(() => _program.Run(OptionsOf(parsed))));
        return command;
    }

    private Command SetupCommand(Func<SetupOptions, Task> setUp)
    {
        var local = new Option<bool>("--local") { Description = "Leave the broker alone." };
        var takeOver = new Option<bool>("--take-over")
        {
            Description = "Also give root what the replaced service's user owned, and remove the work directories that it left.",
        };
        var command = new Command("setup", "Make users, directories, the database and the queues, where they are missing, and end.") { local, takeOver };
        command.SetAction((parsed, _) => TryAsync(() => setUp(new SetupOptions(OptionsOf(parsed), parsed.GetValue(local), parsed.GetValue(takeOver)))));
        return command;
    }

    private CommandLineOptions OptionsOf(ParseResult parsed) => new(
        parsed.GetValue(_configFile)!,
        parsed.GetValue(_debug),
        parsed.GetValue(_user),
        parsed.GetValue(_trust),
        _program.Roles.Count > 0 ? Split(parsed.GetValue(_roles)) : [])
    {
        Checks = parsed.GetValue(_check),
        IsStandalone = _program.CanStandAlone && parsed.GetValue(_standalone),
    };

    private static async Task<int> TryAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        // An address in use is an IOException too.
        catch (Exception e) when (e is ConfigurationException or IOException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static string[] Split(string? roles) =>
        roles?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
