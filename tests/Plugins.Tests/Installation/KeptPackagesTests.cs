using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Installation;

namespace WazoPlugind.Plugins.Tests.Installation;

public sealed class KeptPackagesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Of_a_plugin_the_last_version_is_kept()
    {
        var kept = Create();
        kept.Keep(Package("a", "1.0"));
        kept.Keep(Package("a", "1:1.1"));
        kept.Keep(Package("a-b", "2.0"));

        Assert.Null(kept.Find("a", "1.0"));
        Assert.NotNull(kept.Find("a", "1:1.1"));
        kept.Forget("a");
        Assert.Null(kept.Find("a"));
        Assert.NotNull(kept.Find("a-b"));
    }

    [Theory]
    [InlineData(2, 100, new[] { "b", "c" })]
    [InlineData(10, 2, new[] { "b", "c" })]
    [InlineData(10, 0, new string[0])]
    public void Beyond_their_number_or_size_the_oldest_go(int count, int megabytes, string[] expected)
    {
        var kept = Create(new LimitsConfiguration { KeptPackages = count, KeptPackagesMegabytes = megabytes });
        var age = 10;
        foreach (var name in (string[])["a", "b", "c"])
        {
            var package = Package(name, "1.0");
            File.SetLastWriteTimeUtc(package.Path, DateTime.UnixEpoch.AddDays(1000 - age--));
            kept.Keep(package);
        }

        Assert.Equal(expected, ((string[])["a", "b", "c"]).Where(name => kept.Find(name) is not null));
    }

    private KeptPackages Create(LimitsConfiguration? limits = null) => new(new PlugindConfiguration
    {
        PackagesDir = Path.Join(_directory.Path, "packages"),
        Limits = limits ?? new LimitsConfiguration(),
    });

    private PackageArtifact Package(string name, string version) =>
        new(name, version, _directory.Write("built.deb", new string('x', 1024 * 1024)), Sha256: "", Size: 1024 * 1024, Depends: "");
}
