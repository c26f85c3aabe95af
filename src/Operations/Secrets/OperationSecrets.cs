using System.Security.Cryptography;
using System.Text;
using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Operations.Secrets;

/// <summary>
/// Keeps the credentials of an operation's urls until it ends, encrypted: the API's user may read the database, and the key is in a file
/// beside it that only the orchestrator's user may read.
/// </summary>
/// <param name="database">The database.</param>
public sealed class OperationSecrets(string database)
{
    private const int KeySize = 32;
    private const int TagSize = 16;
    private const int NonceSize = 12;

    private readonly Lazy<byte[]> _key = new(() => ReadKey(database + ".key"));

    /// <summary>Keeps a url with its credentials.</summary>
    /// <param name="transaction">The change that it is part of.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="url">The url without them.</param>
    /// <param name="secret">The url with them.</param>
    /// <exception cref="IOException">The key cannot be read or made.</exception>
    public void Keep(OperationTransaction transaction, Guid operation, string url, string secret) => transaction.Execute(
        "INSERT OR REPLACE INTO secrets VALUES (@operation, @url, @value)",
        new { operation = operation.ToString(), url, value = Encrypt(operation, secret) });

    /// <summary>Finds a url with its credentials.</summary>
    /// <param name="transaction">Where to look.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="url">The url without them.</param>
    /// <returns>The url with them, or <c>null</c> where it came without, or the key is another one by now.</returns>
    public string? Find(OperationTransaction transaction, Guid operation, string url) =>
        transaction.Query<byte[]>("SELECT value FROM secrets WHERE operation = @operation AND url = @url", new { operation = operation.ToString(), url })
            is [var value]
            ? Decrypt(operation, value)
            : null;

    // Whoever copies a row to another operation gets nothing of it.
    private byte[] Encrypt(Guid operation, string secret)
    {
        var text = Encoding.UTF8.GetBytes(secret);
        var value = new byte[NonceSize + TagSize + text.Length];
        var nonce = value.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_key.Value, TagSize);
        cipher.Encrypt(nonce, text, value.AsSpan(NonceSize + TagSize), value.AsSpan(NonceSize, TagSize), operation.ToByteArray());
        return value;
    }

    private string? Decrypt(Guid operation, byte[] value)
    {
        if (value.Length < NonceSize + TagSize)
            return null;
        var text = new byte[value.Length - NonceSize - TagSize];
        try
        {
            using var cipher = new AesGcm(_key.Value, TagSize);
            cipher.Decrypt(value.AsSpan(0, NonceSize), value.AsSpan(NonceSize + TagSize), value.AsSpan(NonceSize, TagSize), text, operation.ToByteArray());
        }
        catch (CryptographicException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(text);
    }

    // Killed in between, there is no file of that name yet.
    private static byte[] ReadKey(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != KeySize)
        {
            using (var file = new FileStream(path + ".new", new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeySize));
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".new", path, overwrite: true);
        }

        return File.ReadAllBytes(path);
    }
}
