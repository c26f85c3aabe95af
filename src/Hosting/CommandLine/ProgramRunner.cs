using System.CommandLine;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.CommandLine;

/// <summary>Starts a program: reads its command line, and turns what an administrator can put right into a message.</summary>
public static class ProgramRunner
{
    /// <summary>The option that lets root run what another user may write.</summary>
    internal const string TrustOption = "--trust-writable-files";

    /// <summary>Runs a program to its end.</summary>
    /// <param name="description">What the program is, for <c>--help</c>.</param>
    /// <param name="roles">The roles that <c>--roles</c> takes; empty for a program without.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="run">The program itself.</param>
    /// <returns>The exit code: 0 after an orderly stop, 1 for a bad command line, 2 for a configuration that does not do, or an address in use.</returns>
    public static Task<int> RunAsync(
        string description, IReadOnlyList<string> roles, string[] arguments, Func<CommandLineOptions, Task> run)
    {
        LibC.UseUsualUmask();
        var configFile = new Option<string>("--config-file", "-c")
        {
            Description = "The configuration file.",
            DefaultValueFactory = _ => ConfigurationLoader.DefaultFile,
        };
        var debug = new Option<bool>("--debug", "-d") { Description = "Log everything. Overrides the configuration." };
        var user = new Option<string?>("--user", "-u") { Description = "The user of the API and of fetches. Overrides the configuration." };
        var trust = new Option<bool>(TrustOption)
        {
            Description = "As root, also run a program whose files, configuration or state another user may write: a developer's checkout.",
        };
        var rolesOption = new Option<string?>("--roles") { Description = $"What this process does, of {string.Join(",", roles)}; all by default." };
        rolesOption.Validators.Add(result =>
        {
            foreach (var role in Split(result.GetValueOrDefault<string?>()).Except(roles))
                result.AddError($"--roles: there is no role '{role}'; the roles are {string.Join(", ", roles)}");
        });

        var command = new RootCommand(description) { configFile, debug, user, trust };
        if (roles.Count > 0)
            command.Add(rolesOption);
        command.SetAction(async (parsed, _) =>
        {
            try
            {
                await run(new CommandLineOptions(
                    parsed.GetValue(configFile)!,
                    parsed.GetValue(debug),
                    parsed.GetValue(user),
                    parsed.GetValue(trust),
                    roles.Count > 0 ? Split(parsed.GetValue(rolesOption)) : []));
                return 0;
            }
            // An address in use is an IOException too.
            catch (Exception e) when (e is ConfigurationException or IOException or TimeoutException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return 2;
            }
        });
        // Ctrl+C and SIGTERM are the host's.
        return command.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static string[] Split(string? roles) =>
        roles?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
