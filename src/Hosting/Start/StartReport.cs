using System.Reflection;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Hosting.Start;

/// <summary>What a program says of itself when it starts. It is found out without starting another one or asking anybody.</summary>
/// <param name="Line">What it is and what it works with, in a line.</param>
/// <param name="Warnings">What an administrator should know.</param>
/// <param name="Problems">What keeps it from doing what it is for; the rest works.</param>
public sealed record StartReport(string Line, IReadOnlyList<string> Warnings, IReadOnlyList<string> Problems)
{
    /// <summary>Looks at the configuration and the machine.</summary>
    /// <param name="program">The program's name.</param>
    /// <param name="loaded">The effective configuration.</param>
    /// <param name="roles">What it does; <c>api</c>, and the roles of a worker.</param>
    public static StartReport Of(string program, LoadedConfiguration loaded, IReadOnlyCollection<string> roles)
    {
        var configuration = loaded.Value;
        var builds = roles.Contains("build");
        var isConfined = builds && !Environment.IsPrivilegedProcess;
        var tools = new MachineTools(configuration) { RequiresSandbox = configuration.Build.RequiresSandbox || isConfined };
        List<string> warnings = [.. loaded.Warnings];
        if (roles.Contains("orchestrate") && string.IsNullOrEmpty(configuration.Uuid))
            warnings.Add("XIVO_UUID is not in the environment: events have no origin, and the platform's services pass them by");
        if (builds)
            warnings.AddRange(SandboxWarnings(configuration.Build, tools, isConfined));
        return new StartReport(LineOf(program, configuration, roles, tools), warnings, builds ? [.. tools.Missing.Select(tool => tool.Problem)] : []);
    }

    private static IEnumerable<string> SandboxWarnings(BuildConfiguration build, MachineTools tools, bool isConfined)
    {
        if (tools.MissingSandbox is { } bubblewrap)
            yield return bubblewrap.Problem;
        else if (isConfined && build.Sandbox == BuildConfiguration.None)
            yield return "build.sandbox is none, and a builder that is not root builds in a sandbox all the same";
        else if (build.Sandbox == BuildConfiguration.None)
            yield return "build.sandbox is none: builds see the machine's files and processes";
    }

    private static string LineOf(string program, PlugindConfiguration configuration, IReadOnlyCollection<string> roles, MachineTools tools)
    {
        var (bus, auth, api) = (configuration.Bus, configuration.Auth, configuration.RestApi);
        List<string> parts = [$"{program} {VersionOf()} starts: {string.Join(", ", roles)}"];
        if (roles.Contains("api"))
            parts.Add($"listens on {(api.Certificate is null ? "http" : "https")}://{Bracketed(api.Listen)}:{api.Port}");
        parts.Add(bus.Transport == BusConfiguration.InMemory
            ? $"no broker, events go to {(bus.EventsFile == "-" ? "standard output" : bus.EventsFile)}"
            : $"broker {(bus.Tls ? "amqps" : "amqp")}://{bus.Username}@{bus.Host}:{bus.Port}, virtual host {bus.Vhost}, exchange {bus.ExchangeName}");
        parts.Add($"wazo-auth {(auth.Https ? "https" : "http")}://{auth.Host}:{auth.Port}{auth.Prefix}");
        parts.Add($"runs as {Environment.UserName}");
        if (roles.Contains("build"))
        {
            var user = Environment.IsPrivilegedProcess ? configuration.User : Environment.UserName;
            var builder = ProcessRights.CanBecomeOthers && UnixUser.Find(configuration.Build.User) is not null ? configuration.Build.User : user;
            parts.Add($"fetches as {user}, builds as {builder}");
            var isOpen = !tools.RequiresSandbox && (configuration.Build.Sandbox == BuildConfiguration.None || tools.MissingSandbox is not null);
            parts.Add($"sandbox {(isOpen ? "none" : "bubblewrap")}");
        }

        return string.Join("; ", parts);
    }

    private static string Bracketed(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

    private static string VersionOf() =>
        typeof(StartReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
