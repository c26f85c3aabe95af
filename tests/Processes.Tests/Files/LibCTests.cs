using WazoPlugind.Harness;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes.Tests.Files;

public sealed class LibCTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void OpenRegularFile_opens_one()
    {
        using var file = LibC.OpenRegularFile(_directory.Write("file", "content"));

        Assert.Equal(7, RandomAccess.GetLength(file));
    }

    [Trait("Category", "Acceptance")]
    [Theory]
    [InlineData("mkfifo thing")]
    [InlineData("mknod thing c 1 5")]
    [InlineData("ln -s /etc/passwd thing")]
    [InlineData("mkdir thing")]
    [InlineData("true")]
    public void OpenRegularFile_opens_nothing_else(string make)
    {
        _directory.Run(make);

        Assert.Throws<IOException>(() => LibC.OpenRegularFile(Path.Join(_directory.Path, "thing")));
    }

    [Trait("Category", "Acceptance")]
    [Fact]
    public void OpenForAppending_gives_what_it_creates_to_its_owner_and_leaves_what_is_there()
    {
        var owner = UnixUser.Find("nobody")!;
        var (created, present) = (Path.Join(_directory.Path, "created"), _directory.Write("present", ""));

        LibC.OpenForAppending(created, owner).Dispose();
        LibC.OpenForAppending(present, owner).Dispose();

        Assert.Equal((owner.Uid, 0u), (FileStatus.Of(created)!.Value.Uid, FileStatus.Of(present)!.Value.Uid));
        Assert.Equal(["created", "present"], Directory.EnumerateFiles(_directory.Path).Select(Path.GetFileName).Order());
    }
}
