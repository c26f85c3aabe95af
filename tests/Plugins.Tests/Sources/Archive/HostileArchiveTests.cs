using System.Diagnostics;

namespace WazoPlugind.Plugins.Tests.Sources.Archive;

/// <summary>What nobody's tools make.</summary>
[Trait("Category", "Acceptance")]
public sealed class HostileArchiveTests : ArchiveSourceTest
{
    private const string Tar = """
        t = tarfile.open(path, 'w:gz', format=tarfile.PAX_FORMAT)
        def add(name, type=tarfile.REGTYPE, link='', data=b'x', mode=0o644):
            i = tarfile.TarInfo(name); i.type = type; i.linkname = link; i.mode = mode
            i.size = len(data) if type == tarfile.REGTYPE else 0
            t.addfile(i, io.BytesIO(data))
        add('before')

        """;

    private const string Zip = """
        z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)
        def add(name, data=b'x', mode=stat.S_IFREG | 0o644):
            i = zipfile.ZipInfo(name); i.create_system = 3; i.external_attr = mode << 16; i.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(i, data)
        add('before')

        """;

    [Theory]
    [InlineData("add('../evil')", "leads out of the archive")]
    [InlineData("add('a/../../evil')", "leads out of the archive")]
    [InlineData("add('a/..', type=tarfile.DIRTYPE)", "leads out of the archive")]
    [InlineData("add('/tmp/evil')", "has an absolute name")]
    [InlineData("add('link', tarfile.SYMTYPE, '/etc/passwd')", "out of the archive")]
    [InlineData("add('link', tarfile.SYMTYPE, '../outside')", "out of the archive")]
    [InlineData("add('a/link', tarfile.SYMTYPE, '../../outside')", "out of the archive")]
    [InlineData("add('link', tarfile.SYMTYPE, '')", "out of the archive")]
    [InlineData("add('a/up', tarfile.SYMTYPE, '..'); add('link', tarfile.SYMTYPE, 'a/up/../outside')", "out of the archive")]
    [InlineData("add('d', tarfile.DIRTYPE); add('link', tarfile.SYMTYPE, 'd'); add('link/evil')", "is in link, which is no directory")]
    [InlineData("add('d', tarfile.DIRTYPE); add('d', tarfile.SYMTYPE, 'before')", "is there twice")]
    [InlineData("add('before/evil')", "is in before, which is no directory")]
    [InlineData("add('before')", "is there twice")]
    [InlineData("add('hard', tarfile.LNKTYPE, '/etc/passwd')", "has an absolute name")]
    [InlineData("add('hard', tarfile.LNKTYPE, '../outside')", "leads out of the archive")]
    [InlineData("add('hard', tarfile.LNKTYPE, 'missing')", "is a hard link to what is no file of the archive")]
    [InlineData("add('l', tarfile.SYMTYPE, 'before'); add('hard', tarfile.LNKTYPE, 'l')", "is a hard link to what is no file")]
    [InlineData("add('fifo', tarfile.FIFOTYPE)", "is neither a file nor a directory nor a link")]
    [InlineData("add('device', tarfile.CHRTYPE)", "is neither a file nor a directory nor a link")]
    [InlineData("add('device', tarfile.BLKTYPE)", "is neither a file nor a directory nor a link")]
    [InlineData("add('a' * 300)", "has a name that is too long")]
    [InlineData("add('a/' * 3000 + 'b')", "has a name that is too long")]
    [InlineData("t.close(); t = tarfile.open(path, 'w:gz', format=tarfile.GNU_FORMAT, encoding='latin-1'); add('\\xe9')", "no UTF-8")]
    [InlineData("t.pax_headers = {'comment': 'x' * 4000000}; add('b'); i = tarfile.TarInfo('c'); i.pax_headers = {'x': 'y' * 4000000}; t.addfile(i)", "header that is too long")]
    [InlineData("i = tarfile.TarInfo('s'); i.pax_headers = {'GNU.sparse.major': '1', 'GNU.sparse.minor': '0'}; t.addfile(i)", "with holes")]
    public async Task A_tar_that_would_do_more_than_lay_files_out_is_refused(string python, string reason) =>
        await AssertRefusedAsync(Program("a.tar.gz", Tar + python + "\nt.close()"), reason);

    [Theory]
    [InlineData("add('../evil')", "leads out of the archive")]
    [InlineData("add('/tmp/evil')", "has an absolute name")]
    [InlineData("add('link', b'/etc/passwd', stat.S_IFLNK | 0o777)", "out of the archive")]
    [InlineData("add('link', b'../outside', stat.S_IFLNK | 0o777)", "out of the archive")]
    [InlineData("add('link', b'x' * 100000, stat.S_IFLNK | 0o777)", "is a link whose target is too long")]
    [InlineData("add('d', b'before', stat.S_IFLNK | 0o777); add('d/evil')", "is in d, which is no directory")]
    [InlineData("add('fifo', b'', stat.S_IFIFO | 0o644)", "is neither a file nor a directory nor a link")]
    [InlineData("add('device', b'', stat.S_IFCHR | 0o644)", "is neither a file nor a directory nor a link")]
    [InlineData("import warnings; warnings.simplefilter('ignore'); add('before')", "is there twice")]
    public async Task A_zip_that_would_do_more_than_lay_files_out_is_refused(string python, string reason) =>
        await AssertRefusedAsync(Program("a.zip", Zip + python + "\nz.close()"), reason);

    [Theory]
    [InlineData("a.tar.gz", "mkdir d; head -c 30000000 /dev/zero > d/zeros; tar -czf $archive d")]
    [InlineData("a.tar.xz", "mkdir d; head -c 30000000 /dev/zero > d/zeros; tar -cJf $archive d")]
    [InlineData("a.zip", "mkdir d; head -c 30000000 /dev/zero > d/zeros; zip -qr $archive d")]
    [InlineData("large.tar.gz", "head -c 7000000 /dev/urandom > r; tar -czf $archive r")]
    [InlineData("many.tar.gz", "mkdir d; for i in $(seq 600); do echo > d/$i; done; tar -czf $archive d")]
    [InlineData("many.zip", "mkdir d; for i in $(seq 600); do echo > d/$i; done; zip -qr $archive d")]
    [InlineData("deep.zip", "python3 -c 'import zipfile,sys; zipfile.ZipFile(sys.argv[1],\"w\").writestr(\"d/\"*600+\"f\",b\"\")' $archive")]
    public async Task What_is_too_large_is_left_while_it_comes(string name, string shell)
    {
        Configuration = Configuration with { Limits = Configuration.Limits with { SourceMegabytes = 5, SourceFiles = 500 } };
        var path = Make(name, shell);

        var source = Source();
        var fetched = await source.FetchAsync(new() { Url = path, Sha256 = HashOf(path) }, revision: null, Workspace, Progress);
        var failure = fetched.Failure ?? (await source.ExtractAsync(fetched.Value!, Workspace, Progress)).Failure;

        Assert.Equal("the source has more than 5 MB (limits.source_megabytes) or 500 files (limits.source_files)", failure?.Reason);
        Assert.Empty(Directory.GetFileSystemEntries(Workspace.Tree));
    }

    [Theory]
    [InlineData("a.tar.gz", "head -c 100000 /dev/urandom > r; tar -cz r | head -c 90000 > $archive", "has not come whole")]
    [InlineData("a.tar.xz", "head -c 100000 /dev/urandom > r; tar -cJ r | head -c 90000 > $archive", "has not come whole")]
    [InlineData("cut.tar.gz", "head -c 100000 /dev/urandom > r; tar -c r | head -c 90000 | gzip > $archive", "has not come whole")]
    [InlineData("a.zip", "head -c 100000 /dev/urandom > r; zip -q - r | head -c 90000 > $archive", "has no end")]
    [InlineData("no.tar.gz", "echo hello | gzip > $archive", "the archive is")]
    [InlineData("page.tar.gz", "echo '<html>' > $archive", "the file is no archive")]
    [InlineData("empty.tar.gz", ": > $archive", "the file is no archive")]
    [InlineData("nothing.tar.gz", "tar -cz -T /dev/null -f $archive", "the archive is empty")]
    [InlineData("tar.tar", "echo > f; tar -cf $archive f", "the file is no archive")]
    [InlineData("secret.zip", "echo > f; zip -q -P secret $archive f", "is encrypted")]
    [InlineData("many.zip", "python3 -c 'import sys; d=b\"PK\\x03\\x04\"+b\"PK\\x01\\x02\"*5000000; open(sys.argv[1],\"wb\").write(d+b\"PK\\x05\\x06\"+bytes(8)+b\"\\x01\\0\\x04\\0\"+bytes(8))' $archive", "too many entries")]
    [InlineData("noise.tar.gz", "{ printf '\\037\\213'; head -c 5000 /dev/urandom; } > $archive", "the archive")]
    [InlineData("noise.zip", "{ printf 'PK\\003\\004'; head -c 5000 /dev/urandom; } > $archive", "the archive")]
    public async Task What_is_no_archive_or_a_part_of_one_is_told(string name, string shell, string reason) =>
        await AssertRefusedAsync(Make(name, shell), reason);

    [Fact]
    public async Task No_time_left_ends_it()
    {
        var path = Make("a.tar.gz", "echo > f; tar -czf $archive f");
        var source = Source();
        var fetched = await source.FetchAsync(new() { Url = path, Sha256 = HashOf(path) }, revision: null, Workspace, Progress);
        Progress.Remaining = TimeSpan.Zero;

        var failure = (await source.ExtractAsync(fetched.Value!, Workspace, Progress)).Failure;

        Assert.Contains("worker.step_timeout", failure?.Reason);
    }

    private async Task AssertRefusedAsync(string path, string reason)
    {
        var clock = Stopwatch.StartNew();

        var failure = (await UnpackAsync(path)).Failure;

        Assert.Contains(reason, failure?.Reason);
        Assert.Equal("extracting", failure?.Step);
        Assert.Empty(Directory.GetFileSystemEntries(Workspace.Tree));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
