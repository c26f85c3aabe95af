namespace WazoPlugind.Platform.Configuration;

/// <summary>The files that systemd hands to the service (<c>LoadCredential=</c>): nobody else reads them, not even others of the same user.</summary>
/// <param name="Directory">Where they are, or <c>null</c> where there are none.</param>
public sealed record SystemdCredentials(string? Directory)
{
    /// <summary>Where a file of the configuration is to be read: the credential of its name, where there is one that is not empty, else the file itself.</summary>
    /// <param name="file">The file.</param>
    public string PathOf(string file) =>
        Directory is not null && new FileInfo(Path.Join(Directory, Path.GetFileName(file))) is { Exists: true, Length: > 0 } credential
            ? credential.FullName
            : file;
}
