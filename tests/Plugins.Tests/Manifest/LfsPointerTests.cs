using WazoPlugind.Harness;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Tests.Manifest;

public sealed class LfsPointerTests : IDisposable
{
    // As git-lfs 3 writes it.
    private const string Pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("logo.png")]
    [InlineData("wazo/rules")]
    [InlineData("a/b/c/é")]
    public void A_pointer_is_found_wherever_it_is(string path)
    {
        _directory.Write("wazo/plugin.yml", "name: a");
        _directory.Write(path, Pointer);

        Assert.Equal(path, LfsPointer.Find(_directory.Path));
    }

    [Fact]
    public void A_pointer_is_found_whatever_its_name()
    {
        _directory.Write("pointer", Pointer);
        _directory.Run("mkdir $(printf 'a\\351'); mv pointer $(printf 'a\\351/\\377')");

        Assert.Equal("a\\xe9/\\xff", LfsPointer.Find(_directory.Path));
    }

    [Fact]
    public void A_file_that_is_as_large_as_no_pointer_is_none()
    {
        _directory.Write("large", Pointer.PadRight(1024, '\n'));
        Assert.Null(LfsPointer.Find(_directory.Path));

        _directory.Write("largest", Pointer.PadRight(1023, '\n'));
        Assert.Equal("largest", LfsPointer.Find(_directory.Path));
    }

    [Fact]
    public void What_only_looks_like_a_pointer_is_none()
    {
        using var outside = new TemporaryDirectory();
        outside.Write("pointer", Pointer);
        _directory.Write("README.md", "What git-lfs keeps begins with\n" + Pointer);
        _directory.Write("short", Pointer[..20]);
        _directory.Write("other", Pointer.Replace("v1", "v9"));
        File.CreateSymbolicLink(Path.Join(_directory.Path, "link"), Path.Join(outside.Path, "pointer"));
        File.CreateSymbolicLink(Path.Join(_directory.Path, "directory"), outside.Path);
        _directory.Run("mkfifo fifo");

        Assert.Null(LfsPointer.Find(_directory.Path));
    }
}
