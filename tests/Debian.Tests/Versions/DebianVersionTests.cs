using System.Diagnostics;
using WazoPlugind.Debian.Versions;

namespace WazoPlugind.Debian.Tests.Versions;

public sealed class DebianVersionTests
{
    // In order, each older than the next.
    private static readonly string[] Ordered =
    [
        "0", "0.9~rc1", "0.9", "0.9a", "0.9+b", "1.0~~", "1.0~", "1.0", "1.0-1", "1.0-1.1", "1.0-2", "1.0.1", "1.9", "1.10",
        "1.10a", "1.10b", "17.9", "17.10", "17.10.1", "1:0.1", "2:0.0",
    ];

    [Fact]
    public void Compare_agrees_with_the_order_of_debian_versions()
    {
        for (var i = 0; i < Ordered.Length; i++)
        {
            for (var j = 0; j < Ordered.Length; j++)
                Assert.Equal(i.CompareTo(j), Math.Sign(DebianVersion.Compare(Ordered[i], Ordered[j])));
        }
    }

    [Fact]
    public void Compare_agrees_with_dpkg()
    {
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var (left, right) = (Next(random), Next(random));
            Assert.True(
                AskDpkg(left, DebianVersion.Compare(left, right) switch { < 0 => "lt", 0 => "eq", _ => "gt" }, right), $"{left} {right}");
        }
    }

    [Theory]
    [InlineData("1.0", "1.00")]
    [InlineData("1.0", "0:1.0")]
    public void Compare_takes_leading_zeros_and_a_zero_epoch_for_nothing(string left, string right) =>
        Assert.Equal(0, DebianVersion.Compare(left, right));

    [Theory]
    [InlineData("1", true)]
    [InlineData("1:2.3-4+b1~x", true)]
    [InlineData("2020-01-02", true)]
    [InlineData("", false)]
    [InlineData("a1", false)]
    [InlineData("1.0-", false)]
    [InlineData("1 0", false)]
    [InlineData("1.0\n", false)]
    [InlineData("1_0", false)]
    [InlineData("9999999999:1", false)]
    public void IsValid_follows_the_syntax(string version, bool valid) => Assert.Equal(valid, DebianVersion.IsValid(version));

    private static string Next(Random random) =>
        random.Next(10) + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => "01.9a~+"[random.Next(7)]));

    private static bool AskDpkg(string left, string relation, string right)
    {
        using var dpkg = Process.Start(new ProcessStartInfo("dpkg", ["--compare-versions", left, relation, right]))!;
        dpkg.WaitForExit();
        return dpkg.ExitCode == 0;
    }
}
