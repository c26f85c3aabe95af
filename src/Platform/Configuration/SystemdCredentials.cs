namespace WazoPlugind.Platform.Configuration;

/// <summary>The files that systemd hands to the service (<c>LoadCredential=</c>): nobody else reads them, not even others of the same user.</summary>
/// <param name="Directory">Where they are, or <c>null</c> where there are none.</param>
public sealed record SystemdCredentials(string? Directory)
{
    // A blank, which a unit gives where there may be no file (SetCredential=): systemd 257 takes no default that is empty.
    private const int Placeholder = 1;

    /// <summary>Where a file of the configuration is to be read: the credential of its name, where there is one that is not blank, else the file itself.</summary>
    /// <param name="file">The file.</param>
    public string PathOf(string file) =>
        Directory is not null && new FileInfo(Path.Join(Directory, Path.GetFileName(file))) is { Exists: true, Length: > Placeholder } credential
            ? credential.FullName
            : file;
}
