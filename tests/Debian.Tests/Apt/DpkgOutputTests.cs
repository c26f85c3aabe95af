using WazoPlugind.Debian.Apt;

namespace WazoPlugind.Debian.Tests.Apt;

public sealed class DpkgOutputTests
{
    // As dpkg 1.21 writes it; the lines in capitals are those of the packages' own scripts.
    private const string Run = """
        Selecting previously unselected package wazo-plugind-a-x.
        (Reading database ... 54321 files and directories currently installed.)
        Preparing to unpack .../packages/_incoming-1.deb ...
        A PREINST
        Unpacking wazo-plugind-a-x (1.0) ...
        Preparing to unpack .../packages/_incoming-2.deb ...
        Unpacking wazo-plugind-b-x (2.0) over (1.0) ...
        Setting up wazo-plugind-a-x (1.0) ...
        A POSTINST
        Setting up wazo-plugind-b-x (2.0) ...
        B POSTINST
        Processing triggers for man-db (2.11.2-2) ...
        TRIGGERS

        """;

    [Theory]
    [InlineData("wazo-plugind-a-x", "/var/packages/_incoming-1.deb", """
        Selecting previously unselected package wazo-plugind-a-x.
        Preparing to unpack .../packages/_incoming-1.deb ...
        A PREINST
        Unpacking wazo-plugind-a-x (1.0) ...
        Setting up wazo-plugind-a-x (1.0) ...
        A POSTINST

        """)]
    [InlineData("wazo-plugind-b-x", "/var/packages/_incoming-2.deb", """
        Preparing to unpack .../packages/_incoming-2.deb ...
        Unpacking wazo-plugind-b-x (2.0) over (1.0) ...
        Setting up wazo-plugind-b-x (2.0) ...
        B POSTINST

        """)]
    [InlineData("wazo-plugind-c-x", "/var/packages/_incoming-3.deb", "")]
    public void A_package_has_its_own_lines(string package, string file, string expected) =>
        Assert.Equal(expected, DpkgOutput.Of(Run, package, file));
}
