using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansKv.Gateway.Http;

/// <summary>Kestrel's way in: a context a request, and an end to exceptions (a user sees 500 and no stack).</summary>
internal sealed class HttpApplication(HttpRoutes routes, Action<string>? onError) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await routes.AnswerAsync(context);
        }
        catch (OperationCanceledException)
        {
            // The client went away.
        }
        catch (Exception e)
        {
            onError?.Invoke($"HTTP {context.Request.Method} {context.Request.Path}: {e.GetType().Name}: "
                + $"{e.Message.ReplaceLineEndings(" ")}");
            if (context.Response.HasStarted) context.Abort();
            else await HttpRoutes.TextAsync(
                context, StatusCodes.Status500InternalServerError, "internal error; the server's log names it\n");
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // DefaultHttpContext owns nothing.
    }
}
