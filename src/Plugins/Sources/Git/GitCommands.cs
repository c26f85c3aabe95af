using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>
/// Runs git, which is told no more than it needs. Credentials come through a descriptor that only git and what it starts has, for
/// scheme, host and port of the url alone; redirects are followed here, so that none leads where the configuration does not.
/// </summary>
/// <param name="configuration">Says how long to wait.</param>
/// <param name="policy">Says which addresses are allowed.</param>
/// <param name="commands">Runs git.</param>
/// <param name="credentials">Knows what to sign in with.</param>
/// <param name="hosts">Is told which hosts answer.</param>
/// <param name="time">The clock of the waiting.</param>
public sealed class GitCommands(
    PlugindConfiguration configuration,
    SourcePolicy policy,
    WorkspaceCommands commands,
    SourceCredentials credentials,
    SourceHosts hosts,
    TimeProvider time)
{
    // More than one request may ask for them.
    private const int Copies = 4;

    // As many as git follows.
    private const int Redirects = 20;

    // Standard input is for git to read; the helper, which git starts in a shell, has the descriptor.
    private const string PassDescriptor = "exec 3<&0 </dev/null; exec git \"$@\"";

    private const string Helper =
        "!f() { test \"$1\" = get || exit 0; IFS= read -r u <&3 && IFS= read -r p <&3 && printf 'username=%s\\npassword=%s\\n' \"$u\" \"$p\"; }; f";

    /// <summary>Which proxy leads where.</summary>
    internal ProxyRoutes Proxies { get; } = new(configuration.Proxy);

    /// <summary>How long to wait for the other machine.</summary>
    public SourcePatience Patience { get; init; } =
        new(TimeSpan.FromSeconds(configuration.Sources.ConnectionTimeout), TimeSpan.FromSeconds(configuration.Sources.SilenceTimeout));

    /// <summary>Further options of ssh.</summary>
    internal string SshOptions { get; init; } = "";

    /// <summary>More of git's configuration.</summary>
    internal string MoreConfiguration { get; init; } = "";

    /// <summary>Creates work directories for git.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="origin">Where the repository is from; <c>null</c> where nothing is laid out.</param>
    internal void Create(Workspace workspace, SourceUrl? origin) => GitRepository.Create(workspace, origin, MoreConfiguration);

    /// <summary>The same with further options of ssh.</summary>
    /// <param name="options">The options.</param>
    internal GitCommands WithSshOptions(string options) =>
        new(configuration, policy, commands, credentials, hosts, time) { Patience = Patience, SshOptions = $"{SshOptions} {options}" };

    /// <summary>Runs git in the git directory, where no other machine is needed.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="arguments">git's arguments.</param>
    /// <param name="progress">Says when git has to end.</param>
    public Task<CommandResult> RunLocallyAsync(Workspace workspace, IReadOnlyList<string> arguments, IStepProgress progress) =>
        RunLocallyAsync(workspace, workspace.Fetcher, workspace.FetchHome, new Command("git", ["--git-dir", workspace.Download, .. arguments]), progress);

    /// <summary>Runs git in the tree, as the user who builds.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="arguments">git's arguments.</param>
    /// <param name="progress">Says when git has to end.</param>
    public Task<CommandResult> RunInTreeAsync(Workspace workspace, IReadOnlyList<string> arguments, IStepProgress progress) =>
        RunLocallyAsync(workspace, workspace.Builder, workspace.Home, new Command("git", ["-C", workspace.Tree, .. arguments]) { Printed = progress.Print }, progress);

    /// <summary>Runs a script with git in it, as the user who builds.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="script">The script; it ends where a command fails.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="progress">Says when it has to end.</param>
    internal Task<CommandResult> RunScriptAsync(Workspace workspace, string script, IReadOnlyList<string> arguments, IStepProgress progress) =>
        RunLocallyAsync(workspace, workspace.Builder, workspace.Home, new Command("sh", ["-e", "-c", script, "sh", .. arguments]) { Printed = progress.Print }, progress);

    /// <summary>Runs git with another machine, wherever that leads.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="url">The address.</param>
    /// <param name="arguments">Makes git's arguments of the address.</param>
    /// <param name="progress">Says when git has to end.</param>
    public async Task<GitAnswer> RunAsync(
        Workspace workspace, SourceUrl url, Func<string, IReadOnlyList<string>> arguments, IStepProgress progress)
    {
        var given = credentials.Find(url);
        var current = url;
        for (var redirects = 0; ; redirects++)
        {
            var answer = await RunOnceAsync(
                workspace, current, current.Origin == url.Origin ? given : null, arguments(current.Address), progress);
            if (answer.Redirect is not { } location)
                return answer;
            if (NextOf(current, location, out var problem) is not { } next || redirects == Redirects)
                return answer with { Result = answer.Result with { Problem = problem ?? $"{url} leads from one redirect to the next" } };
            current = next;
        }
    }

    private SourceUrl? NextOf(SourceUrl current, string location, out string? problem)
    {
        const string service = "/info/refs?service=git-upload-pack";
        var absolute = Uri.TryCreate(current.Address + service, UriKind.Absolute, out var asked) && Uri.TryCreate(asked, location, out var uri)
            ? uri.AbsoluteUri
            : location;
        var next = SourceUrl.Parse(absolute.Replace(service, "", StringComparison.Ordinal), out var reason);
        if (next is not { Protocol: "http" or "https" })
            problem = reason.Length > 0 ? reason : "that is no address by http or https";
        else if (current.Protocol == "https" && next.Protocol == "http")
            problem = "https never goes down to http";
        else if (!absolute.EndsWith(service, StringComparison.Ordinal))
            problem = "that is no git repository, perhaps a page to sign in: the repository may be private, or not be there";
        else
            problem = policy.ProblemOf(next);
        if (problem is not null)
            problem = $"{current} redirects to {SourceUrl.Redact(absolute)}: {problem}";
        // Whatever credentials it holds are not those of the url.
        return problem is null ? next! with { UserName = null, Password = null } : null;
    }

    private async Task<GitAnswer> RunOnceAsync(
        Workspace workspace, SourceUrl url, UrlCredentials? own, IReadOnlyList<string> arguments, IStepProgress progress)
    {
        List<string> options = ["--git-dir", workspace.Download, "-c", "http.followRedirects=false", "-c", "credential.helper="];
        if (own is not null)
            options.AddRange(["-c", $"credential.{url.Origin}.helper={Helper}"]);
        var proxy = Proxies.Find(url.Protocol, url.Host);
        var watch = new GitWatch(url, proxy, Patience, time);
        var command = own is null
            ? new Command("git", [.. options, .. arguments])
            : new Command("sh", ["-c", PassDescriptor, "git", .. options, .. arguments]) { Input = InputOf(own) };
        using var visit = hosts.Begin(url.Host, () => watch.HasAnswered);
        var result = await commands.RunSourceAsync(
            workspace,
            command with
            {
                User = workspace.Fetcher,
                Environment = EnvironmentOf(workspace.FetchHome, workspace, url, proxy),
                Secrets = [.. own?.Forms ?? [], .. proxy?.Secrets ?? []],
                Started = watch.Start,
                Printed = line =>
                {
                    if (GitAnswer.IsForPeople(line))
                        progress.Print(line);
                },
            },
            watch.Problem,
            progress);
        var answer = new GitAnswer(result, url, own is not null, watch.HasEnded) { Proxy = proxy };
        visit.TimedOut = answer.TimedOut || (result.TimedOut && !watch.HasAnswered);
        return answer;
    }

    private Task<CommandResult> RunLocallyAsync(
        Workspace workspace, UnixUser? user, string home, Command command, IStepProgress progress)
    {
        var local = command with { User = user, Environment = EnvironmentOf(home, workspace, url: null, proxy: null) };
        return commands.RunSourceAsync(workspace, local, problem: null, progress);
    }

    private Dictionary<string, string> EnvironmentOf(string home, Workspace workspace, SourceUrl? url, ProxyAddress? proxy) => new()
    {
        ["HOME"] = home,
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = GitRepository.ConfigurationOf(workspace),
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_ASKPASS"] = "",
        ["GIT_SSH_COMMAND"] = $"ssh -oBatchMode=yes -oConnectTimeout={Whole(Patience.Connection)} "
            + $"-oServerAliveInterval={Whole(Patience.Silence / 4)} -oServerAliveCountMax=4 {SshOptions}",
        ["GIT_LFS_SKIP_SMUDGE"] = "1",
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_ALLOW_PROTOCOL"] = url?.Protocol ?? "",
        // What a server says about the rest is in the headers; git blanks those with credentials.
        ["GIT_TRACE_CURL"] = "2",
        ["GIT_TRACE_CURL_NO_DATA"] = "1",
        // Each run asks one host: which proxy leads there is decided here. Empty is none.
        ["all_proxy"] = proxy?.Url ?? "",
    };

    // What the helper reads.
    private static string InputOf(UrlCredentials own) => string.Concat(Enumerable.Repeat($"{own.UserName}\n{own.Password}\n", Copies));

    private static long Whole(TimeSpan time) => Math.Max(1, (long)time.TotalSeconds);
}
