using WazoPlugind.Debian.Versions;

namespace WazoPlugind.Debian.Tests.Versions;

public sealed class DebianDependencyTests
{
    [Fact]
    public void ParseEntry_reads_alternatives_and_versions()
    {
        var alternatives = DebianDependency.ParseEntry("libfoo:any (>= 1.2) | bar(=1:2-3) | baz");

        Assert.Equal(
            [new("libfoo", ">=", "1.2"), new("bar", "=", "1:2-3"), new DebianDependency("baz", null, null)], alternatives!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("Foo")]
    [InlineData("foo (1.2)")]
    [InlineData("foo (>= )")]
    [InlineData("foo (>= 1.2")]
    [InlineData("foo (>= a b)")]
    [InlineData("foo | ")]
    [InlineData("foo\n")]
    [InlineData("foo, bar")]
    [InlineData("-foo")]
    [InlineData("foo (>= $(x))")]
    public void ParseEntry_refuses_what_is_no_dependency(string entry) => Assert.Null(DebianDependency.ParseEntry(entry));

    [Theory]
    [InlineData("<<", "0.9", true)]
    [InlineData("<<", "1.0", false)]
    [InlineData("<=", "1.0", true)]
    [InlineData("<", "1.0", true)]
    [InlineData("=", "1.0", true)]
    [InlineData("=", "1.0-1", false)]
    [InlineData(">=", "1.0", true)]
    [InlineData(">>", "1.0", false)]
    [InlineData(">>", "1.10", true)]
    public void IsSatisfiedBy_compares_as_debian_does(string relation, string installed, bool satisfied) =>
        Assert.Equal(satisfied, DebianDependency.ParseEntry($"foo ({relation} 1.0)")![0].IsSatisfiedBy(installed));
}
