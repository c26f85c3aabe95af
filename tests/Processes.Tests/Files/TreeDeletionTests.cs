using WazoPlugind.Harness;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes.Tests.Files;

public sealed class TreeDeletionTests : IDisposable
{
    // A shell does not go beyond the longest path.
    private const string Deep = "perl -e 'for (1..82) { my $name = sprintf(\"%050d\", $_); mkdir $name; chdir $name or die };'";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("a path longer than the system takes", Deep)]
    [InlineData("a thousand levels", "for i in $(seq 1000); do mkdir d && cd d; done")]
    [InlineData("names that are no text", "touch $(printf 'caf\\351') && mkdir $(printf '\\377') && touch $(printf '\\377/\\376')")]
    [InlineData("directories without permissions", "mkdir -p a/b/c && touch a/b/c/file && chmod 000 a/b/c a/b a")]
    [InlineData("a pipe and a dangling link", "mkfifo pipe && ln -s nowhere link")]
    [InlineData("names that it gives itself", "mkdir -p .0/.1/.2/.0 a/b/c .3 && touch .1 .0/.1/.0")]
    [InlineData("nothing", ":")]
    public void Delete_of_any_tree_leaves_nothing(string what, string shell)
    {
        var tree = Make(shell);

        TreeDeletion.Delete(tree);

        Assert.False(Directory.Exists(tree), what);
    }

    [Fact]
    public void Delete_follows_no_link()
    {
        var kept = _directory.Write("kept/file", "");
        var tree = Make($"ln -s {Path.GetDirectoryName(kept)} directory && ln -s {kept} file && mkdir deep && ln -s {Path.GetDirectoryName(kept)} deep/directory");

        TreeDeletion.Delete(tree);

        Assert.True(File.Exists(kept));
        Assert.False(Directory.Exists(tree));
    }

    [Fact]
    public void Delete_of_a_link_deletes_the_link()
    {
        var kept = _directory.Write("kept/file", "");
        var link = Path.Join(_directory.Path, "link");
        File.CreateSymbolicLink(link, Path.GetDirectoryName(kept)!);

        TreeDeletion.Delete(link + "/");

        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.True(File.Exists(kept));
    }

    [Fact]
    public void Delete_of_what_is_not_there_does_nothing() => TreeDeletion.Delete(Path.Join(_directory.Path, "nowhere", "deeper"));

    [Trait("Category", "Acceptance")]
    [Fact]
    public void Delete_that_meets_what_cannot_be_deleted_deletes_the_rest_and_says_why()
    {
        var tree = Make("mkdir -p a/mounted b/c && touch b/c/file a/file");
        var mounted = Path.Join(tree, "a/mounted");
        _directory.Run("mount -t tmpfs tmpfs tree/a/mounted");
        try
        {
            File.WriteAllText(Path.Join(mounted, "kept"), "");

            var error = Assert.Throws<IOException>(() => TreeDeletion.Delete(tree));

            Assert.StartsWith(tree + ": ", error.Message);
            Assert.True(File.Exists(Path.Join(mounted, "kept")), "what is mounted stays");
            Assert.False(Directory.Exists(Path.Join(tree, "b")));
        }
        finally
        {
            _directory.Run("umount tree/a/mounted");
        }

        TreeDeletion.Delete(tree);
        Assert.False(Directory.Exists(tree));
    }

    [Fact]
    public void Exceeds_counts_what_has_a_long_path_or_a_name_that_is_no_text()
    {
        var tree = Make(
            "touch $(printf 'caf\\351') && head -c 100 /dev/zero > $(printf '\\351'); " + Deep.Replace("};", "} system(q(head -c 1000 /dev/zero > file));"));

        Assert.False(TreeSize.Exceeds(tree, maxFiles: 85, maxBytes: 1100));
        Assert.True(TreeSize.Exceeds(tree, maxFiles: 84, maxBytes: 1100));
        Assert.True(TreeSize.Exceeds(tree, maxFiles: 85, maxBytes: 1099));
        TreeDeletion.Delete(tree);
    }

    private string Make(string shell)
    {
        var tree = Path.Join(_directory.Path, "tree");
        Directory.CreateDirectory(tree);
        _directory.Run("cd tree; " + shell);
        return tree;
    }
}
