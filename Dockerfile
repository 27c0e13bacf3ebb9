# One image, one program. Build: docker build -t tamnhin . — run: docker run -p 8080:8080 -v tamnhin:/data tamnhin
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg fonts-dejavu-core tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN install -d -o node -g node /data
USER node
# Inside a container loopback reaches nobody: what is published is decided by `docker run -p`.
ENV NODE_ENV=production TAMNHIN_DATA_DIRECTORY=/data TAMNHIN_SERVER_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080 1935
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["node", "dist/server/main.js", "health"]
# One thread of V8's garbage collector beside the main one: docs/hot-path.md says why.
ENTRYPOINT ["tini", "--", "node", "--v8-pool-size=1", "dist/server/main.js"]
