using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WazoPlugind.Harness;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

/// <summary>
/// Servers of git repositories on loopback, as one meets them: nginx with git-http-backend, open, with a password, and as plain files;
/// sshd as Debian configures it; git daemon. All end with the tests.
/// </summary>
public sealed class GitServers : IAsyncLifetime
{
    public const string User = "deploy";
    public const string Password = "s3cret:/ @+é";

    private readonly CommandRunner _commands = new(TimeProvider.System);
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _servers = [];

    /// <summary>Plain HTTP at one port.</summary>
    public int Http { get; } = FreePort();

    /// <summary>Plain HTTP at another port: another host, as far as credentials are concerned.</summary>
    public int OtherHttp { get; } = FreePort();

    /// <summary>HTTPS, its certificate signed by <see cref="Authority"/>.</summary>
    public int Https { get; } = FreePort();

    /// <summary>HTTPS, its certificate signed by itself.</summary>
    public int SelfSigned { get; } = FreePort();

    /// <summary>HTTPS, its certificate expired.</summary>
    public int Expired { get; } = FreePort();

    /// <summary>ssh.</summary>
    public int Ssh { get; } = FreePort();

    /// <summary>A proxy by SOCKS 5: that of ssh.</summary>
    public int Socks { get; } = FreePort();

    /// <summary>git's own protocol.</summary>
    public int Daemon { get; } = FreePort();

    /// <summary>The file with the certificate of the authority.</summary>
    public string Authority => PathOf("authority.pem");

    /// <summary>The directory of the bare repositories.</summary>
    public string Repositories => PathOf("repositories");

    /// <summary>A working copy of plain.git: three commits, an annotated tag v1 at the first.</summary>
    public string Work => PathOf("work");

    public string PathOf(string name) => Path.Join(_directory.Path, name);

    /// <summary>The options of ssh that know the server and have a key.</summary>
    public string SshOptions(string key = "key", string knownHosts = "known_hosts") =>
        $"-F none -oIdentitiesOnly=yes -oGlobalKnownHostsFile=none -oUserKnownHostsFile={PathOf(knownHosts)} -i {PathOf(key)}";

    public string SshUrl(string repository) => $"ssh://root@127.0.0.1:{Ssh}{Repositories}/{repository}";

    /// <summary>What the servers were sent: port, Authorization header, request.</summary>
    public IReadOnlyList<string> Requests() => File.ReadAllLines(PathOf("requests"));

    public async Task<string> ShellAsync(string script, params string[] arguments)
    {
        var result = await _commands.RunAsync(
            new Command("sh", ["-e", "-c", script, "test", .. arguments])
            {
                WorkingDirectory = _directory.Path,
                Environment = new Dictionary<string, string>
                {
                    ["HOME"] = _directory.Path,
                    ["GIT_AUTHOR_NAME"] = "test",
                    ["GIT_AUTHOR_EMAIL"] = "test@example.org",
                    ["GIT_COMMITTER_NAME"] = "test",
                    ["GIT_COMMITTER_EMAIL"] = "test@example.org",
                },
            },
            CancellationToken.None);
        Assert.True(result.Succeeded, result.Output);
        return result.Output.Trim();
    }

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        await ShellAsync("""
            git init -q -b master work; cd work
            for i in 1 2 3; do echo $i > file; git add .; git commit -q -m $i; [ $i != 1 ] || git tag -a -m v1 v1; done
            cd ..; mkdir repositories; git clone -q --bare work repositories/plain.git
            git -C repositories/plain.git update-server-info
            git init -q -b master --object-format=sha256 new; (cd new; echo 1 > file; git add .; git commit -q -m 1)
            git clone -q --bare new repositories/sha256.git; git -C repositories/sha256.git update-server-info
            git clone -q --bare work repositories/slow.git; git -C repositories/slow.git config uploadpack.keepAlive 1
            printf '#!/bin/sh\ncase $PWD in */slow.git) sleep 4 ;; esac\nexec "$@"\n' > slowly; chmod 755 slowly
            git config --global uploadpack.packObjectsHook "$PWD/slowly"
            git init -q --bare -b master repositories/empty.git
            git clone -q --bare work repositories/nowhere.git; git -C repositories/nowhere.git branch -q -m master other
            git -C repositories/nowhere.git symbolic-ref HEAD refs/heads/gone
            git clone -q --bare work repositories/tree.git; git -C repositories/tree.git tag tree 'HEAD^{tree}'
            for key in host other_host key unknown_key open_key; do ssh-keygen -q -t ed25519 -N '' -f $key; done
            ssh-keygen -q -t ed25519 -N passphrase -f locked_key; cat key.pub locked_key.pub open_key.pub > authorized_keys; chmod 644 open_key
            printf '%s:%s\n' "$1" "$(printf %s "$2" | openssl passwd -apr1 -stdin)" > passwords
            mkdir -p /run/sshd; touch requests
            """, User, Password);
        File.WriteAllText(PathOf("known_hosts"), $"[127.0.0.1]:{Ssh} {File.ReadAllText(PathOf("host.pub"))}\n");
        File.WriteAllText(PathOf("changed_hosts"), $"[127.0.0.1]:{Ssh} {File.ReadAllText(PathOf("other_host.pub"))}\n");
        WriteCertificates();
        File.WriteAllText(PathOf("nginx.conf"), NginxConfiguration());
        File.WriteAllText(PathOf("sshd.conf"), $"""
            ListenAddress 127.0.0.1:{Ssh}
            HostKey {PathOf("host")}
            AuthorizedKeysFile {PathOf("authorized_keys")}
            PermitRootLogin yes
            StrictModes no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PidFile none
            AcceptEnv LANG LC_*
            """);
        Start("fcgiwrap", "-s", $"unix:{PathOf("fcgi")}", "-c", "4");
        Start("nginx", "-c", PathOf("nginx.conf"), "-g", "daemon off;");
        Start("/usr/sbin/sshd", "-D", "-e", "-f", PathOf("sshd.conf"));
        Start("git", "daemon", "--listen=127.0.0.1", $"--port={Daemon}", "--export-all", $"--base-path={Repositories}");
        await Task.WhenAll(((int[])[Http, Ssh, Daemon]).Select(WaitAsync));
        Start("ssh", [.. SshOptions().Split(' '), "-N", "-D", $"127.0.0.1:{Socks}", "-p", $"{Ssh}", "root@127.0.0.1"]);
        await WaitAsync(Socks);
        while (!File.Exists(PathOf("fcgi")))
            await Task.Delay(20);
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var server in _servers)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server);
        _end.Dispose();
        _directory.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitAsync(int port)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (tries < 500)
            {
                await Task.Delay(20);
            }
        }
    }

    // Their whole process groups end with the token.
    private void Start(string program, params string[] arguments) => _servers.Add(_commands.RunAsync(
        new Command(program, arguments)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            WorkingDirectory = _directory.Path,
            Environment = new Dictionary<string, string> { ["HOME"] = _directory.Path },
        },
        _end.Token));

    private void WriteCertificates()
    {
        var now = DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(TimeProvider.System.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=The tests' authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(now.AddDays(-9), now.AddDays(9));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        Write("good", authority, now.AddDays(9));
        Write("expired", authority, now.AddDays(-1));
        Write("self", null, now.AddDays(9));

        void Write(string name, X509Certificate2? issuer, DateTimeOffset end)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var certificate = issuer is null
                ? request.CreateSelfSigned(now.AddDays(-2), end)
                : request.Create(issuer, now.AddDays(-2), end, [1, (byte)name[0]]);
            File.WriteAllText(PathOf(name + ".pem"), certificate.ExportCertificatePem());
            File.WriteAllText(PathOf(name + ".key"), key.ExportPkcs8PrivateKeyPem());
        }
    }

    private string NginxConfiguration()
    {
        var root = _directory.Path;
        // The repository, by git-http-backend; what is not buffered on the way comes as git sends it.
        var git = $"""
            fastcgi_pass unix:{root}/fcgi;
            fastcgi_buffering off;
            fastcgi_param NO_BUFFERING 1;
            fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param GIT_PROJECT_ROOT {Repositories};
            fastcgi_param GIT_PROTOCOL $http_git_protocol;
            fastcgi_param PATH_INFO $1;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
            """;
        var locations = $$"""
            location ~ ^/git(/.*) { {{git}} }
            location ~ ^/private(/.*) { auth_basic git; auth_basic_user_file {{root}}/passwords; {{git}} }
            location /dumb/ { alias {{Repositories}}/; }
            location /kept/ { auth_basic files; auth_basic_user_file {{root}}/passwords; alias {{Repositories}}/; }
            location /page/ { default_type text/html; return 200 "<html>Sign in</html>"; }
            location /to-page/ { return 302 /users/sign_in; }
            location ~ ^/to-other(/.*) { return 302 http://127.0.0.1:{{OtherHttp}}$1$is_args$args; }
            location ~ ^/to-same(/.*) { return 302 $1$is_args$args; }
            location ~ ^/to-http(/.*) { return 302 http://127.0.0.1:{{Http}}$1$is_args$args; }
            location ~ ^/to-https(/.*) { return 302 https://127.0.0.1:{{Https}}$1$is_args$args; }
            location ~ ^/to-ftp(/.*) { return 302 ftp://127.0.0.1$1$is_args$args; }
            location ~ ^/round(/.*) { return 302 /round$1$is_args$args; }
            location /busy/ { add_header Retry-After 7 always; return 429; }
            location /slow/ { return 408; }
            location /broken/ { return 503; }
            location ~ ^/echo { add_header WWW-Authenticate 'Basic realm="x"' always; return 403 "you said $http_authorization\n"; }
            """;
        return $$"""
            user root;
            worker_processes 1;
            pid {{root}}/nginx.pid;
            error_log {{root}}/nginx.log;
            events { worker_connections 128; }
            http {
                log_format sent '$server_port "$http_authorization" $request';
                access_log {{root}}/requests sent;
                client_body_temp_path {{root}}/t1; fastcgi_temp_path {{root}}/t2; proxy_temp_path {{root}}/t3; uwsgi_temp_path {{root}}/t4; scgi_temp_path {{root}}/t5;
                server { listen 127.0.0.1:{{Http}}; {{locations}} }
                server { listen 127.0.0.1:{{OtherHttp}}; {{locations}} }
                server { listen 127.0.0.1:{{Https}} ssl; ssl_certificate {{root}}/good.pem; ssl_certificate_key {{root}}/good.key; {{locations}} }
                server { listen 127.0.0.1:{{SelfSigned}} ssl; ssl_certificate {{root}}/self.pem; ssl_certificate_key {{root}}/self.key; {{locations}} }
                server { listen 127.0.0.1:{{Expired}} ssl; ssl_certificate {{root}}/expired.pem; ssl_certificate_key {{root}}/expired.key; {{locations}} }
            }
            """;
    }
}
