namespace WazoPlugind.Api.Http;

/// <summary>
/// Maps a route to what reads the request and writes the answer. Its parameters are no one's guess: binding them by reflection,
/// as the framework's own methods do with handlers of other forms, takes time at every start.
/// </summary>
internal static class RouteMapping
{
    /// <summary>Maps a GET, and HEAD with it.</summary>
    /// <param name="routes">The routes of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="handler">Answers; <see cref="ResponseWriting"/> leaves the body of HEAD out.</param>
    public static void Get(this IEndpointRouteBuilder routes, string pattern, Func<HttpRequest, HttpResponse, Task> handler) =>
        routes.Handle([HttpMethods.Get, HttpMethods.Head], pattern, handler);

    /// <summary>Maps a POST.</summary>
    /// <param name="routes">The routes of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="handler">Answers.</param>
    public static void Post(this IEndpointRouteBuilder routes, string pattern, Func<HttpRequest, HttpResponse, Task> handler) =>
        routes.Handle([HttpMethods.Post], pattern, handler);

    /// <summary>Maps a PUT.</summary>
    /// <param name="routes">The routes of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="handler">Answers.</param>
    public static void Put(this IEndpointRouteBuilder routes, string pattern, Func<HttpRequest, HttpResponse, Task> handler) =>
        routes.Handle([HttpMethods.Put], pattern, handler);

    /// <summary>Maps a DELETE.</summary>
    /// <param name="routes">The routes of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="handler">Answers.</param>
    public static void Delete(this IEndpointRouteBuilder routes, string pattern, Func<HttpRequest, HttpResponse, Task> handler) =>
        routes.Handle([HttpMethods.Delete], pattern, handler);

    private static void Handle(
        this IEndpointRouteBuilder routes, string[] methods, string pattern, Func<HttpRequest, HttpResponse, Task> handler) =>
        routes.MapMethods(pattern, methods, context => handler(context.Request, context.Response));
}
