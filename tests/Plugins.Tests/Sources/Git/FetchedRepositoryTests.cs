using LibGit2Sharp;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

/// <summary>A second opinion: LibGit2Sharp makes the repository, git fetches it, LibGit2Sharp says what came.</summary>
public sealed class FetchedRepositoryTests : IDisposable
{
    private static readonly Signature Author = new("An author", "author@example.org", DateTimeOffset.UnixEpoch);

    private readonly TemporaryDirectory _directory = new();
    private readonly Repository _origin;

    public FetchedRepositoryTests()
    {
        _origin = new Repository(Repository.Init(Path.Join(_directory.Path, "origin")));
        var first = Commit("first");
        _origin.Refs.Add("refs/heads/master", first.Id);
        _origin.Branches.Add("a/branch", Commit("branch", first));
        _origin.Tags.Add("light", Commit("light", first));
        var annotated = _origin.Tags.Add("annotated", Commit("annotated", first), Author, "A tag\n").Annotation;
        _origin.Refs.Add("refs/tags/nested", _origin.ObjectDatabase.CreateTagAnnotation("nested", annotated, Author, "A tag of a tag\n").Id);
        _origin.Branches.Add("same", Commit("the branch", first));
        _origin.Tags.Add("same", Commit("the tag", first));
        _origin.Refs.Add("refs/other/ref", Commit("other", first).Id);
        _origin.Tags.Add("a-tree", first.Tree, Author, "No commit\n");
        _origin.Tags.Add("a-file", first.Tree["file"].Target, Author, "No commit\n");
    }

    public void Dispose()
    {
        _origin.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("master", "refs/heads/master")]
    [InlineData("a/branch", "refs/heads/a/branch")]
    [InlineData("light", "refs/tags/light")]
    [InlineData("annotated", "refs/tags/annotated")]
    [InlineData("nested", "refs/tags/nested")]
    [InlineData("same", "refs/heads/same")]
    [InlineData("tags/same", "refs/tags/same")]
    [InlineData("refs/heads/same", "refs/heads/same")]
    [InlineData("refs/other/ref", null)]
    public async Task What_git_fetches_is_what_the_name_stands_for(string reference, string? name)
    {
        var expected = _origin.Lookup<Commit>((name ?? reference) + "^{commit}");

        using var fetched = await FetchAsync(reference);

        AssertIs(expected, fetched, name);
    }

    [Fact]
    public async Task A_commit_that_no_name_stands_for_any_more_is_fetched_by_its_hash()
    {
        var expected = _origin.Branches["same"].Tip;
        _origin.Branches.Remove("same");
        _origin.Branches.Add("same", Commit("later", expected));

        using var fetched = await FetchAsync(expected.Sha);

        AssertIs(expected, fetched, name: null);
    }

    [Theory]
    [InlineData("a-tree")]
    [InlineData("a-file")]
    public async Task A_name_of_what_is_no_commit_is_an_error(string reference)
    {
        var (source, workspace) = Arrange();
        var result = await source.FetchAsync(OptionsOf(reference), revision: null, workspace, new TestProgress());

        Assert.False(result.Succeeded && (await source.ExtractAsync(result.Value, workspace, new TestProgress())).Succeeded);
        Assert.Equal([".git"], Directory.EnumerateFileSystemEntries(workspace.Tree).Select(Path.GetFileName));
    }

    private void AssertIs(Commit expected, Repository fetched, string? name)
    {
        var isBranch = name?.StartsWith("refs/heads/", StringComparison.Ordinal) == true;
        Assert.Equal((isBranch, true), (!fetched.Info.IsHeadDetached, fetched.Info.IsShallow));
        Assert.Equal(isBranch ? name : "(no branch)", fetched.Head.CanonicalName);
        // As a clone follows it.
        Assert.Equal(isBranch ? name : null, fetched.Head.UpstreamBranchCanonicalName);
        Assert.Equal(isBranch ? 0 : null, fetched.Head.TrackingDetails.BehindBy);
        var tags = fetched.Refs.FromGlob("refs/tags/*").Select(tag => (tag.CanonicalName, tag.TargetIdentifier));
        Assert.Equal(isBranch || name is null ? [] : [(name, _origin.Refs[name].TargetIdentifier)], tags);
        Assert.Equal($"file://{_directory.Path}/origin", fetched.Network.Remotes["origin"].Url);
        var commit = fetched.Head.Tip;
        Assert.Equal((expected.Sha, expected.Message, expected.Tree.Sha), (commit.Sha, commit.Message, commit.Tree.Sha));
        // By content and mode, whatever git wrote into its index.
        Assert.Empty(fetched.Diff.Compare<TreeChanges>(commit.Tree, DiffTargets.WorkingDirectory));
        Assert.Empty(fetched.RetrieveStatus(new StatusOptions { IncludeIgnored = true }));
        Assert.Equal("file", File.ResolveLinkTarget(Path.Join(fetched.Info.WorkingDirectory, "directory", "link"), returnFinalTarget: false)!.Name);
    }

    private async Task<Repository> FetchAsync(string reference)
    {
        var (source, workspace) = Arrange();
        var fetched = await source.FetchAsync(OptionsOf(reference), revision: null, workspace, new TestProgress());
        Assert.True(fetched.Succeeded, fetched.Failure?.Reason);
        var checkedOut = await source.ExtractAsync(fetched.Value, workspace, new TestProgress());
        Assert.True(checkedOut.Succeeded, checkedOut.Failure?.Reason);
        return new Repository(workspace.Tree);
    }

    private InstallOptions OptionsOf(string reference) => new() { Url = $"file://{_directory.Path}/origin", Ref = reference };

    private (GitSource Source, Workspace Workspace) Arrange()
    {
        var configuration = new PlugindConfiguration
        {
            DownloadDir = Path.Join(_directory.Path, "downloads"),
            ExtractDir = Path.Join(_directory.Path, "tmp"),
        };
        var commands = new WorkspaceCommands(configuration, new CommandRunner(TimeProvider.System), TimeProvider.System);
        var workspace = new Workspace(configuration, Guid.NewGuid(), fetcher: null, builder: null);
        var hosts = new SourceHosts(TimeProvider.System);
        var credentials = new SourceCredentials(configuration, NullLogger<SourceCredentials>.Instance);
        var policy = new SourcePolicy(configuration);
        var git = new GitCommands(configuration, policy, commands, credentials, hosts, TimeProvider.System);
        return (new GitSource(policy, git, commands, hosts), workspace);
    }

    // Written as objects, as no work tree would take all of it everywhere.
    private Commit Commit(string content, params Commit[] parents)
    {
        var objects = _origin.ObjectDatabase;
        var tree = objects.CreateTree(new TreeDefinition()
            .Add("file", Blob(content), Mode.NonExecutableFile)
            .Add("program", Blob($"#!/bin/sh\necho {content}\n"), Mode.ExecutableFile)
            .Add("directory/link", Blob("../file"), Mode.SymbolicLink)
            .Add("directory/dangling", Blob("/nowhere"), Mode.SymbolicLink)
            .Add(" -\"odd\"\t\n*$(caf\u00e9)", Blob(""), Mode.NonExecutableFile)
            .Add("windows", Blob("two\r\nlines\r\n"), Mode.NonExecutableFile));
        return objects.CreateCommit(Author, Author, content + "\n", tree, parents, prettifyMessage: false);

        Blob Blob(string text) => objects.CreateBlob(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
