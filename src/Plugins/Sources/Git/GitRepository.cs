using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>What git finds in work directories before it fetches: an empty repository, and a configuration that trusts none.</summary>
internal static class GitRepository
{
    private const string Configuration = """
        [safe]
            directory = *
        [core]
            hooksPath = /dev/null
            fsmonitor = false
            fsync = none
        [submodule]
            recurse = false
        [maintenance]
            auto = false
        [protocol]
            version = 2

        """;

    /// <summary>git's global configuration.</summary>
    /// <param name="workspace">The work directories.</param>
    public static string ConfigurationOf(Workspace workspace) => Path.Join(workspace.Root, "gitconfig");

    /// <summary>Creates work directories with it.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="origin">Where the repository is from; <c>null</c> where nothing is laid out.</param>
    /// <param name="more">More of git's configuration.</param>
    public static void Create(Workspace workspace, SourceUrl? origin, string more) => workspace.Create(() =>
    {
        // git needs no more to take a directory for a repository (gitrepository-layout(5)); "git init" is a process more.
        foreach (var name in (string[])["objects", "refs", "refs/heads", "refs/remotes", "refs/remotes/origin"])
            Workspace.CreatePrivateDirectory(Path.Join(workspace.Download, name));
        Workspace.WriteFile(Path.Join(workspace.Download, "HEAD"), "ref: refs/heads/master\n");
        if (origin is not null)
            Workspace.WriteFile(Path.Join(workspace.Download, "config"), OwnConfigurationOf(origin));
        // A clone has a directory there, which many scripts look for; who copies the tree copies no more than the link.
        File.CreateSymbolicLink(Path.Join(workspace.Tree, ".git"), workspace.Download);
        Workspace.WriteFile(ConfigurationOf(workspace), Configuration + more);
    });

    /// <summary>What "git clone" adds to the repository's configuration for a branch.</summary>
    /// <param name="branch">The branch.</param>
    public static string ConfigurationOf(string branch) => $"""
        [branch "{Quoted(branch)}"]
            remote = origin
            merge = "refs/heads/{Quoted(branch)}"

        """;

    // In quotes, only these two characters mean something to git-config(1).
    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    // What "git clone" writes. The address has no credentials.
    private static string OwnConfigurationOf(SourceUrl origin) => $"""
        [core]
            repositoryFormatVersion = 0
            fileMode = true
            bare = false
            logAllRefUpdates = true
        [remote "origin"]
            url = "{Quoted(origin.Address)}"
            fetch = +refs/heads/*:refs/remotes/origin/*

        """;
}
