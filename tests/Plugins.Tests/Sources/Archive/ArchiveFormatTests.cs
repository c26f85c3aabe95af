using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Archive;

/// <summary>What people and their tools make.</summary>
[Trait("Category", "Acceptance")]
public sealed class ArchiveFormatTests : ArchiveSourceTest
{
    private const string Long = "a-directory-with-a-name-of-some-length/another-directory-with-a-name-of-some-length/and-another-one-of-them/file";

    private const string Plugin = $"""
        mkdir -p plugin-1.0/wazo plugin-1.0/$(dirname {Long}); cd plugin-1.0
        echo 'name: a' > wazo/plugin.yml; printf '#!/bin/sh\n' > wazo/rules; chmod 4755 wazo/rules; echo long > {Long}
        ln -s wazo/plugin.yml link; ln -s ../wazo/rules wazo/up; ln wazo/rules hard; touch 'odd " é name'; cd ..

        """;

    [Theory]
    [InlineData("a.tar.gz", "tar -czf $archive plugin-1.0")]
    [InlineData("a.tgz", "tar -cz --format=pax -f $archive ./plugin-1.0")]
    [InlineData("a.tar.xz", "tar -cJf $archive --format=ustar plugin-1.0")]
    [InlineData("a.zip", "zip -qry $archive plugin-1.0")]
    [InlineData("flat.tar.gz", "tar -czf $archive -C plugin-1.0 .")]
    [InlineData("by-git.tar.gz", """
        cd plugin-1.0; git init -q; git add .; git -c user.name=a -c user.email=a@b commit -qm a
        git archive --prefix=plugin-1.0/ --format=tar.gz -o $archive HEAD
        """)]
    [InlineData("by-git.zip", """
        cd plugin-1.0; git init -q; git add .; git -c user.name=a -c user.email=a@b commit -qm a; git archive --prefix=plugin-1.0/ -o $archive HEAD
        """)]
    [InlineData("no-suffix", "tar -czf $archive plugin-1.0")]
    public async Task What_is_packed_is_unpacked(string name, string shell)
    {
        var path = Make(name, Plugin + shell);

        var unpacked = await UnpackAsync(path);

        Assert.True(unpacked.Succeeded, unpacked.Failure?.Reason);
        Assert.Equal(new SourceRevision(HashOf(path)), unpacked.Value);
        var root = RootOf(Workspace.Tree);
        Assert.Equal("name: a\n", await File.ReadAllTextAsync(Path.Join(root, "wazo/plugin.yml")));
        Assert.Equal("name: a\n", await File.ReadAllTextAsync(Path.Join(root, "link")));
        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Join(root, "wazo/up")));
        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Join(root, "hard")));
        Assert.Equal("long\n", await File.ReadAllTextAsync(Path.Join(root, Long)));
        Assert.True(File.Exists(Path.Join(root, "odd \" é name")));
        // A program, and no more than that.
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Join(root, "wazo/rules")));
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(Path.Join(root, "wazo/plugin.yml")));
        Assert.Empty(Directory.GetFiles(Workspace.Root));
        Assert.Empty(Directory.GetFileSystemEntries(Workspace.Temporary));
        Assert.Empty(Directory.GetFileSystemEntries(Workspace.Download));
    }

    [Theory]
    [InlineData("mkdir -p top/wazo; touch top/wazo/plugin.yml", null, "top")]
    [InlineData("mkdir wazo; touch wazo/plugin.yml", null, "")]
    [InlineData("mkdir -p top/wazo other; touch top/wazo/plugin.yml", null, "")]
    [InlineData("mkdir -p top/plugins/a/wazo; touch top/plugins/a/wazo/plugin.yml", "plugins/a", "top")]
    [InlineData("mkdir -p plugins/a/wazo; touch plugins/a/wazo/plugin.yml", "plugins/a", "")]
    [InlineData("mkdir wazo; ln -s wazo top", null, "")]
    public async Task The_only_directory_is_the_root_unless_the_plugin_is_beside_it(string shell, string? subdirectory, string root)
    {
        var path = Make("a.tar.gz", $"mkdir made; cd made; {shell}; tar -czf $archive *");
        Assert.True((await UnpackAsync(path)).Succeeded);
        var unpacked = Workspace;

        var found = Source().RootOf(new InstallOptions { Subdirectory = subdirectory }, unpacked);

        Assert.Equal(Path.TrimEndingDirectorySeparator(Path.Join(unpacked.Tree, root)), found);
    }

    [Fact]
    public async Task What_is_unpacked_is_the_builders()
    {
        User = UnixUser.Find("wazo-plugind-build");

        Assert.True((await UnpackAsync(Make("a.tar.xz", Plugin + "tar -cJf $archive plugin-1.0"))).Succeeded);

        var rules = FileStatus.Of(Path.Join(Workspace.Tree, "plugin-1.0/wazo/rules"));
        Assert.Equal(User!.Uid, rules!.Value.Uid);
    }

    private static string RootOf(string tree) => Directory.GetFileSystemEntries(tree) is [var only] ? only : tree;
}
