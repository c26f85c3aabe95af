using WazoPlugind.Debian.Database;
using WazoPlugind.Harness;

namespace WazoPlugind.Debian.Tests.Database;

public sealed class DpkgStatusTests : IDisposable
{
    private const string Status = """
        Package: base
        Status: install ok installed
        Version: 2.0
        Provides: virtual, versioned (= 3.0)
        Description: one
         Package: not-a-field

        Package: middle
        Status: install ok installed
        Version: 1.0
        Depends: base (>= 1.0)

        Package: top
        Status: install ok installed
        Version: 1.0
        Pre-Depends: middle
        Depends: virtual | other

        Package: broken
        Status: install ok half-configured
        Version: 1.0

        Package: removed
        Status: deinstall ok config-files
        Version: 1.0

        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly DpkgStatus _dpkg;

    public DpkgStatusTests() => _dpkg = new DpkgStatus(_directory.Write("status", Status));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Only_what_is_configured_is_installed()
    {
        Assert.Equal("2.0", _dpkg.FindInstalled("base")!.Version);
        Assert.Null(_dpkg.FindInstalled("broken"));
        Assert.Null(_dpkg.FindInstalled("removed"));
        Assert.Null(_dpkg.FindInstalled("not-a-field"));
        Assert.True(_dpkg.Packages["removed"].IsGone);
        Assert.False(_dpkg.Packages["broken"].IsGone);
    }

    [Theory]
    [InlineData("base", true)]
    [InlineData("base (>= 2.0)", true)]
    [InlineData("base (>> 2.0)", false)]
    [InlineData("virtual", true)]
    [InlineData("virtual (>= 1)", false)]
    [InlineData("versioned (>= 3.0)", true)]
    [InlineData("versioned (>= 3.1)", false)]
    [InlineData("absent | base", true)]
    [InlineData("absent", false)]
    [InlineData("broken", false)]
    [InlineData("removed", false)]
    [InlineData("base, middle (= 1.0)", true)]
    [InlineData("", true)]
    public void Unsatisfied_knows_versions_alternatives_and_provides(string field, bool satisfied) =>
        Assert.Equal(satisfied, _dpkg.Unsatisfied(field).Count == 0);

    [Fact]
    public void DependantsOf_follows_dependencies_through()
    {
        Assert.Equal(["middle", "top"], _dpkg.DependantsOf(["base"]).Select(package => package.Name).Order());
        Assert.Equal(["top"], _dpkg.DependantsOf(["middle"]).Select(package => package.Name));
        Assert.Empty(_dpkg.DependantsOf(["top"]));
    }

    [Fact]
    public void A_change_of_the_file_is_seen()
    {
        _ = _dpkg.Packages;
        var changed = _directory.Write("status.new", Status.Replace("Version: 2.0", "Version: 2.1"));
        File.Move(changed, Path.Join(_directory.Path, "status"), overwrite: true);

        Assert.Equal("2.1", _dpkg.FindInstalled("base")!.Version);
    }

    [Fact]
    public void The_journal_counts_over_the_status_file_and_its_last_word_over_the_ones_before()
    {
        Assert.False(_dpkg.HasJournal);
        _directory.Write("updates/0000", "Package: base\nStatus: install ok half-installed\nVersion: 3.0\nConfig-Version: 2.0\n#padding\n");
        Assert.Null(_dpkg.FindInstalled("base"));
        Assert.Equal("2.0", _dpkg.Packages["base"].LastConfigured);
        _directory.Write("updates/0001", "Package: base\nStatus: install ok installed\nVersion: 3.0\n");
        _directory.Write("updates/0002", "Package: new\nStatus: install ok unpacked\nVersion: 1.0\n");
        _directory.Write("updates/tmp.i", "Package: middle\nStatus: install ok unpacked\nVersion: 9\n");

        Assert.True(_dpkg.HasJournal);
        Assert.Equal("3.0", _dpkg.FindInstalled("base")!.Version);
        Assert.Null(_dpkg.Packages["new"].LastConfigured);
        Assert.Equal("1.0", _dpkg.FindInstalled("middle")!.Version);
    }

    [Fact]
    public void While_the_journal_grows_the_status_file_is_not_read_again()
    {
        var before = _dpkg.Packages["middle"];
        _directory.Write("updates/0000", "Package: base\nStatus: install ok unpacked\nVersion: 3.0\n");

        Assert.Equal("3.0", _dpkg.Packages["base"].Version);
        Assert.Same(before, _dpkg.Packages["middle"]);
    }

    [Fact]
    public void In_the_journal_a_package_of_several_architectures_is_one_of_them()
    {
        const string paragraph = "Package: lib\nStatus: install ok {0}\nVersion: 1\nArchitecture: {1}\nMulti-Arch: same\n\n";
        _directory.Write("status", string.Format(paragraph, "installed", "amd64") + string.Format(paragraph, "installed", "i386"));
        _directory.Write("updates/0000", string.Format(paragraph, "half-configured", "i386"));

        Assert.Equal("amd64", _dpkg.FindInstalled("lib")!.Architecture);
    }

    [Fact]
    public void Without_a_change_nothing_is_read_again() => Assert.Same(_dpkg.Packages, _dpkg.Packages);
}
