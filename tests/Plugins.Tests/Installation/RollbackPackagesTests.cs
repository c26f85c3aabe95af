using System.Security.Cryptography;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Plugins.Tests.Installation;

public sealed class RollbackPackagesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Of_a_plugin_the_last_version_is_kept()
    {
        var kept = Create();
        await KeepAsync(kept, Package("a", "1.0"));
        await KeepAsync(kept, Package("a", "1:1.1"));
        await KeepAsync(kept, Package("a-b", "2.0"));

        Assert.Null(kept.Find("a", "1.0"));
        Assert.NotNull(kept.Find("a", "1:1.1"));
        kept.Forget("a");
        Assert.Null(kept.FindVersion("a"));
        Assert.Equal("2.0", kept.FindVersion("a-b"));
    }

    [Theory]
    [InlineData(2, 100, new[] { "b", "c" })]
    [InlineData(10, 2, new[] { "b", "c" })]
    [InlineData(10, 0, new string[0])]
    public async Task Beyond_their_number_or_size_the_oldest_go(int count, int megabytes, string[] expected)
    {
        var kept = Create(new LimitsConfiguration { KeptPackages = count, KeptPackagesMegabytes = megabytes });
        var age = 10;
        foreach (var name in (string[])["a", "b", "c"])
            await KeepAsync(kept, Package(name, "1.0"), DateTime.UnixEpoch.AddDays(1000 - age--));

        Assert.Equal(expected, ((string[])["a", "b", "c"]).Where(name => kept.FindVersion(name) is not null));
    }

    [Fact]
    public async Task Only_what_was_built_is_taken()
    {
        var kept = Create();
        var package = Package("a", "1.0");
        Assert.Null(await kept.StageAsync(Guid.NewGuid(), package with { Sha256 = new string('0', 64) }, default));
        Assert.Null(await kept.StageAsync(Guid.NewGuid(), package with { Size = 1 }, default));
        Assert.Null(await kept.StageAsync(Guid.NewGuid(), package with { Path = package.Path + "x" }, default));
        _directory.Run("mkfifo pipe && ln -s /dev/zero device");
        foreach (var name in (string[])["pipe", "device"])
            await Assert.ThrowsAsync<IOException>(() => kept.StageAsync(Guid.NewGuid(), package with { Path = Path.Join(_directory.Path, name) }, default));
        Assert.Empty(Directory.GetFiles(Path.Join(_directory.Path, "packages")));

        var travelled = package with { Path = "/elsewhere", Content = await File.ReadAllBytesAsync(package.Path) };
        Assert.NotNull(await kept.StageAsync(Guid.NewGuid(), travelled, default));
        kept.DeleteStaged();
        Assert.Single(Directory.GetFiles(Path.Join(_directory.Path, "packages")));
        Create().DeleteStaged();
        Assert.Empty(Directory.GetFiles(Path.Join(_directory.Path, "packages")));
    }

    private static async Task KeepAsync(RollbackPackages kept, PackageArtifact package, DateTime? writtenAt = null)
    {
        var staged = (await kept.StageAsync(Guid.NewGuid(), package, default))!;
        if (writtenAt is { } moment)
            File.SetLastWriteTimeUtc(staged, moment);
        kept.Keep(staged, package);
    }

    private RollbackPackages Create(LimitsConfiguration? limits = null) => new(new PlugindConfiguration
    {
        PackagesDir = Path.Join(_directory.Path, "packages"),
        Limits = limits ?? new LimitsConfiguration(),
    });

    private PackageArtifact Package(string name, string version)
    {
        var path = _directory.Write("built.deb", new string('x', 1024 * 1024));
        return new PackageArtifact(name, version, path, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), 1024 * 1024, Depends: "");
    }
}
