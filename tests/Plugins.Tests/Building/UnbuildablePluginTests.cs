using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Building;

/// <summary>What nobody could build is recognised, and named, before anything of it is run.</summary>
public sealed class UnbuildablePluginTests : IDisposable
{
    private const string Crlf =
        "the lines of wazo/rules end with CR LF, as on Windows, and no interpreter takes them: they have to end with LF (for git: 'rules text eol=lf' in .gitattributes)";

    private const string LfsPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestProgress _progress = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("#!/bin/sh\r\ntouch built\r\n")]
    [InlineData("#!/bin/sh -e\r\ntouch built\r\n")]
    [InlineData("#!/usr/bin/env python3\r\n")]
    [InlineData("touch built\r\n")]
    public Task Rules_with_the_line_ends_of_windows(string rules) => AssertRefusedAsync(rules, Crlf);

    [Theory]
    [InlineData("#!/usr/bin/no-such-shell -e", "/usr/bin/no-such-shell")]
    [InlineData("#! /usr/bin/no-such-shell", "/usr/bin/no-such-shell")]
    [InlineData("#!sh", "sh")]
    [InlineData("#!/no/env sh", "/no/env")]
    [InlineData("#!/usr/bin/env no-such-python", "no-such-python")]
    [InlineData("#!/usr/bin/env -S no-such-python -u", "no-such-python")]
    public Task Rules_whose_interpreter_is_missing(string line, string missing) => AssertRefusedAsync(
        line + "\ntouch built\n",
        $"wazo/rules begins with {line}, and the machine that builds has no {missing}: install it there, or name another interpreter in that line");

    [Theory]
    [InlineData("wazo/rules")]
    [InlineData("assets/logo.png")]
    public Task A_file_that_is_a_pointer_of_git_lfs(string path) => AssertRefusedAsync(
        "#!/bin/sh\ntouch built\n",
        $"{path} is only a pointer of git-lfs, from which nothing is fetched: commit the file itself (git lfs migrate export), or let rules build fetch it",
        (path, LfsPointer));

    [Theory]
    [InlineData("#!/bin/sh\ntouch built; exit 3\n")]
    [InlineData("#!/bin/sh -e\n")]
    [InlineData("#!/usr/bin/env sh\n")]
    [InlineData("#!/usr/bin/env -S sh -e\n")]
    [InlineData("#!/usr/bin/env -i NAME=no-such-program /bin/sh\n")]
    [InlineData("#!/usr/bin/env NAME=value sh\n")]
    [InlineData("#!./wazo/interpreter\n")]
    [InlineData("#!/bin/sh\nprintf 'a\r\n'\n")]
    [InlineData("#!/bin/sh")]
    [InlineData("\u007fELF\0\r\n")]
    [InlineData("touch built\n")]
    [InlineData("")]
    public void Rules_that_the_system_runs_are_left_alone(string rules)
    {
        _directory.Write("wazo/interpreter", "");

        Assert.Null(RulesScript.Problem("wazo/rules", _directory.Write("wazo/rules", rules), _directory.Path));
    }

    private async Task AssertRefusedAsync(string rules, string reason, params (string Path, string Content)[] files)
    {
        var configuration = new PlugindConfiguration
        {
            DownloadDir = Path.Join(_directory.Path, "downloads"),
            ExtractDir = Path.Join(_directory.Path, "tmp"),
            Build = new BuildConfiguration { Sandbox = BuildConfiguration.None },
        };
        Directory.CreateDirectory(configuration.DownloadDir);
        var workspace = new Workspace(configuration, Guid.NewGuid(), fetcher: null, builder: null);
        workspace.Create();
        foreach (var (path, content) in ((string, string)[])[("wazo/rules", rules), .. files])
        {
            var file = Path.Join(workspace.Tree, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, content);
            File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        }

        var plugin = new FetchedPlugin(
            workspace.Tree,
            new PluginOrigin("git", new InstallOptions { Url = "file:///a" }),
            new SourceRevision("5"),
            new PluginManifest(new PluginIdentity("x", "a", "1.0"), 2, [], []));
        var commands = new WorkspaceCommands(configuration, new CommandRunner(TimeProvider.System), TimeProvider.System);

        var failure = (await new DebianPackageBuilder(configuration, commands).BuildAsync(
            plugin, Provenance.Of("git", plugin, Guid.NewGuid(), DateTimeOffset.UnixEpoch), workspace, _progress)).Failure;

        // The error is of the step, as of other rules that cannot be run, and not of a command.
        Assert.Equal((FailureKind.Step, "building", reason, null), (failure?.Kind, failure?.Step, failure?.Reason, failure?.ExitCode));
        Assert.Equal(["building"], _progress.Steps);
        Assert.False(File.Exists(Path.Join(workspace.Tree, "built")));
    }
}
