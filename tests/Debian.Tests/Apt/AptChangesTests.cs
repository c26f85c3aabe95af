using WazoPlugind.Debian.Apt;

namespace WazoPlugind.Debian.Tests.Apt;

public sealed class AptChangesTests
{
    [Fact]
    public void Of_reads_what_would_be_done_and_downloaded()
    {
        var changes = AptChanges.Of(
            """
            The following NEW packages will be installed:
              cowsay
            Remv sl [5.02-1+b1]
            Inst libfoo1 [1.0] (1.1-2 Debian:12.15/oldstable [amd64]) []
            Inst cowsay (3.03+dfsg2-8 Debian:12.15/oldstable [all])
            Conf cowsay (3.03+dfsg2-8 Debian:12.15/oldstable [all])
            """,
            """
            Need to get 44.0 kB of archives.
            'http://deb.debian.org/debian/pool/main/c/cowsay/cowsay_3.03%2bdfsg2-8_all.deb' cowsay_3.03+dfsg2-8_all.deb 21372 MD5Sum:331cb863
            'http://deb.debian.org/debian/pool/main/f/foo/libfoo1_1.1-2_amd64.deb' libfoo1_1.1-2_amd64.deb 13172 MD5Sum:8457ce61
            """);

        Assert.Equal([new("sl", "5.02-1+b1", null), new("libfoo1", "1.0", "1.1-2"), new("cowsay", null, "3.03+dfsg2-8")], changes.Packages);
        Assert.Equal(34544, changes.DownloadBytes);
    }
}
