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
        Selecting previously unselected package wazo-plugind-c-x.
        Preparing to unpack .../packages/_incoming-3.deb ...
        Unpacking wazo-plugind-c-x (1.0) ...
        dpkg: error processing archive /var/packages/_incoming-4.deb (--install):
         trying to overwrite '/b', which is also in package wazo-plugind-b-x 2.0
        Setting up wazo-plugind-a-x (1.0) ...
        A POSTINST
        dpkg: error processing package wazo-plugind-a-x (--install):
         installed wazo-plugind-a-x package post-installation script subprocess returned error exit status 3
        dpkg: dependency problems prevent configuration of wazo-plugind-c-x:
         wazo-plugind-c-x depends on wazo-plugind-a-x; however:
          Package wazo-plugind-a-x is not configured yet.

        dpkg: error processing package wazo-plugind-c-x (--install):
         dependency problems - leaving unconfigured
        Processing triggers for man-db (2.11.2-2) ...
        TRIGGERS
        Setting up wazo-plugind-b-x (2.0) ...
        B POSTINST
        dpkg: error processing package wazo-plugind-e-x (--install):
         package is in a very bad inconsistent state
        Setting up wazo-plugind-f-x (2.0) ...
        F POSTINST
        Errors were encountered while processing:
         /var/packages/_incoming-4.deb
         wazo-plugind-a-x
         wazo-plugind-c-x
         wazo-plugind-e-x

        """;

    [Theory]
    [InlineData("wazo-plugind-a-x", "/var/packages/_incoming-1.deb", """
        Selecting previously unselected package wazo-plugind-a-x.
        Preparing to unpack .../packages/_incoming-1.deb ...
        A PREINST
        Unpacking wazo-plugind-a-x (1.0) ...
        Setting up wazo-plugind-a-x (1.0) ...
        A POSTINST
        dpkg: error processing package wazo-plugind-a-x (--install):
         installed wazo-plugind-a-x package post-installation script subprocess returned error exit status 3

        """)]
    [InlineData("wazo-plugind-b-x", "/var/packages/_incoming-2.deb", """
        Preparing to unpack .../packages/_incoming-2.deb ...
        Unpacking wazo-plugind-b-x (2.0) over (1.0) ...
        Setting up wazo-plugind-b-x (2.0) ...
        B POSTINST

        """)]
    [InlineData("wazo-plugind-c-x", "/var/packages/_incoming-3.deb", """
        Selecting previously unselected package wazo-plugind-c-x.
        Preparing to unpack .../packages/_incoming-3.deb ...
        Unpacking wazo-plugind-c-x (1.0) ...
        dpkg: dependency problems prevent configuration of wazo-plugind-c-x:
         wazo-plugind-c-x depends on wazo-plugind-a-x; however:
          Package wazo-plugind-a-x is not configured yet.

        dpkg: error processing package wazo-plugind-c-x (--install):
         dependency problems - leaving unconfigured

        """)]
    [InlineData("wazo-plugind-d-x", "/var/packages/_incoming-4.deb", """
        dpkg: error processing archive /var/packages/_incoming-4.deb (--install):
         trying to overwrite '/b', which is also in package wazo-plugind-b-x 2.0

        """)]
    [InlineData("wazo-plugind-e-x", "/var/packages/_incoming-5.deb", """
        dpkg: error processing package wazo-plugind-e-x (--install):
         package is in a very bad inconsistent state

        """)]
    [InlineData("wazo-plugind-f-x", "/var/packages/_incoming-6.deb", """
        Setting up wazo-plugind-f-x (2.0) ...
        F POSTINST

        """)]
    [InlineData("wazo-plugind-g-x", "/var/packages/_incoming-7.deb", "")]
    public void A_package_has_its_own_lines(string package, string file, string expected) =>
        Assert.Equal(expected, DpkgOutput.Of(Run, package, file));

    [Fact]
    public void A_package_that_is_removed_has_its_own_lines() => Assert.Equal(
        """
        Removing a (1.0) ...
        A PRERM
        dpkg: error processing package a (--remove):
         installed a package pre-removal script subprocess returned error exit status 7

        """,
        DpkgOutput.Of(
            """
            (Reading database ... 54321 files and directories currently installed.)
            Removing a (1.0) ...
            A PRERM
            dpkg: error processing package a (--remove):
             installed a package pre-removal script subprocess returned error exit status 7
            Removing b (1.0) ...
            B PRERM
            Purging configuration files for b (1.0) ...
            Errors were encountered while processing:
             a

            """,
            "a"));

    [Theory]
    [InlineData(" installed a package post-installation script subprocess returned error exit status 3", 3)]
    [InlineData(" installed a package post-installation script subprocess failed with exit status 127", 127)]
    [InlineData(" a post-installation script subprocess said exit status 9\n installed a package post-installation script subprocess returned error exit status 3\n", 3)]
    [InlineData(" installed a package post-installation script subprocess was killed by signal (Killed)", null)]
    [InlineData(" installed a package pre-removal script subprocess returned error exit status 3", null)]
    [InlineData("", null)]
    public void The_exit_code_of_a_postinst_is_told_by_dpkg(string output, int? expected) =>
        Assert.Equal(expected, DpkgOutput.PostInstExitCode($"dpkg: error processing package a (--configure):\n{output}\nErrors were encountered while processing:\n a\n"));
}
